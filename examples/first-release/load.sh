#!/bin/sh
# About twenty requests a second, until Ctrl-C.
while :; do
  curl -s -o /dev/null http://127.0.0.1:9100/ &
  sleep 0.05
done
