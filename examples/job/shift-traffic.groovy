// The job of docs/drivers/job.md. Its parameters: ACTION, WEIGHT, VERSION, and what the plan adds, here SERVICE.
node {
  sh '''
    set -eu
    router=http://traffic.example.com/payment
    case $ACTION in
      observe) ;;
      shift | rollback) curl -fsS -X PUT -H 'Content-Type: application/json' -d "{\\"weight\\": $WEIGHT}" $router/weight ;;
      promote) curl -fsS -X POST -H 'Content-Type: application/json' -d '{}' $router/promote ;;
    esac
    curl -fsS $router/weight > canary.json
  '''
  archiveArtifacts 'canary.json'
}
