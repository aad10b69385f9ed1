#!/bin/busybox sh
# The guest's first process: puts a writable layer over the host's files and moves there.
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
for module in virtio_pci virtio_rng 9pnet_virtio 9p overlay; do $b modprobe $module; done
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576,cache=loose,ro root /host || $b poweroff -f
$b mount -t tmpfs -o size=75% layer /layer
$b mkdir /layer/upper /layer/work
$b mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work root /newroot ||
  $b poweroff -f
$b mkdir -p /newroot/lib/modules
$b cp -a /lib/modules/* /newroot/lib/modules/
for folder in dev proc sys; do
  $b mkdir -p /newroot/$folder
  $b mount --move /$folder /newroot/$folder
done
$b cp /second /newroot/second
exec $b switch_root /newroot /second
