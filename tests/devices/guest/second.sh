#!/bin/sh
# The guest's second stage, on the host's files: runs /run/host/test.sh and switches itself off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
mount -t tmpfs run /run
mkdir -p /run/host /dev/shm /dev/pts
mount -t devpts pts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576 host /run/host
ip link set lo up
sh /run/host/test.sh >/run/host/output 2>&1
echo $? >/run/host/rc
sync
echo o >/proc/sysrq-trigger
while :; do :; done # not even `sleep`: the files may be gone before the power is
