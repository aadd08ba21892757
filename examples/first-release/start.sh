#!/bin/sh
# Starts both versions, HAProxy, and about 20 requests a second; Ctrl-C ends all of them.
# usage: ./start.sh [SHARE]     SHARE of the requests to v2 that fail: 0.2 is a fifth; default 0
cd "$(dirname "$0")" || exit 3
PATH=$PATH:/usr/sbin
./service.py v1 9101 &
pids=$!
./service.py v2 9102 "${1:-0}" &
pids="$pids $!"
haproxy -f haproxy.cfg &
pids="$pids $!"
trap 'kill $pids 2> /dev/null' EXIT
trap 'exit 130' INT TERM
sleep 1
echo "v1 and v2 run behind http://127.0.0.1:9100/; stop with Ctrl-C"
while :; do
  for pid in $pids; do
    kill -0 "$pid" 2> /dev/null || { echo "start.sh: a service has ended: is one of the ports 9100, 9101, 9102, 9199 in use?" >&2; exit 3; }
  done
  curl -s -o /dev/null --max-time 5 http://127.0.0.1:9100/ &
  sleep 0.05
done
