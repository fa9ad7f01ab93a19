#!/bin/sh
# Gives a file of the write-ahead log back: backup.py restore writes it down as restore_command. Exits with 1 where there
# is none, which is how PostgreSQL learns that it has reached the end.
set -eu
folder=$1 name=$2 target=$3
[ -e "$folder/wal/$name.gz" ] || exit 1
gzip -dc "$folder/wal/$name.gz" >"$target"
