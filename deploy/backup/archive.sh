#!/bin/sh
# Keeps a file of PostgreSQL's write-ahead log: archive_command = '…/archive.sh /var/backups/orderway %p %f'
# It counts once it is whole and on the disk; PostgreSQL deletes its own after that, and asks again until then.
set -eu
folder=$1 source=$2 name=$3
target=$folder/wal/$name.gz

[ -d "$folder/wal" ] || mkdir "$folder/wal" # the folder itself is there, or what should be mounted on it is not
if [ -e "$target" ]; then # asked again, where the answer got lost
    if gzip -dc "$target" | cmp -s - "$source"; then exit 0; fi
    echo "$target is there with other content: does another server write into $folder?" >&2
    exit 1
fi
# Level 1: a segment that was closed by the clock is nearly empty, and shrinks to a few kilobytes.
gzip -1nc "$source" >"$folder/wal/.$name.new"
sync "$folder/wal/.$name.new"
mv "$folder/wal/.$name.new" "$target"
sync "$folder/wal"
