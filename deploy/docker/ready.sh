#!/bin/bash
# Exits 0 when the program on this port of its own container is ready. A Python for each question, every five seconds in
# four containers, kept a busy machine from ever getting ready; a shell asks in a few milliseconds.
#
#   ready.sh PORT
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
