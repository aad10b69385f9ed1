#!/bin/bash
# build.sh FOLDER: a kernel and an initial RAM disk for the guest: v4l2loopback (webcam out) and
# vivid (webcam in). No root image: the guest runs on this machine's own files.
# Debian as root; downloads the distribution's kernel and builds its v4l2loopback, once.
set -euo pipefail
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work"/{deb,root,ram}
chmod 755 "$work"

image=$(apt-cache depends linux-image-amd64 | awk '/Depends:/ {print $2; exit}')
version=${image#linux-image-}
DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
  --no-install-recommends "linux-headers-$version" busybox-static cpio kmod make gcc >/dev/null
chmod 777 "$work/deb"
(cd "$work/deb" && apt-get download -qq "$image" v4l2loopback-dkms)
for deb in "$work"/deb/*.deb; do dpkg -x "$deb" "$work/root"; done

source=$(echo "$work"/root/usr/src/v4l2loopback-*)
make -s -C "/usr/src/linux-headers-$version" M="$source" modules >"$work/make.log" 2>&1 ||
  { tail "$work/make.log"; exit 1; }
modules=$work/root/lib/modules/$version
install -D "$source/v4l2loopback.ko" "$modules/extra/v4l2loopback.ko"
depmod -b "$work/root" "$version"

ram=$work/ram
mkdir -p "$ram"/{bin,proc,sys,dev,newroot,host,layer} "$ram/lib/modules/$version"
cp /bin/busybox "$ram/bin/"
for module in virtio_pci virtio_rng 9pnet_virtio 9p overlay unix af_packet v4l2loopback vivid; do
  modprobe -d "$work/root" -S "$version" --show-depends "$module" | awk '$1 == "insmod" {print $2}'
done | sort -u | while read -r file; do
  install -D "$file" "$ram/lib/modules/$version/${file#"$modules"/}"
done
cp "$modules"/modules.{order,builtin,builtin.modinfo} "$ram/lib/modules/$version/"
depmod -b "$ram" "$version"
here=$(dirname "$(realpath "$0")")
install "$here/first.sh" "$ram/init"
install "$here/second.sh" "$ram/second"
(cd "$ram" && find . | cpio -o -H newc --quiet | gzip) >"$out/initrd.part"
mv "$out/initrd.part" "$out/initrd"
install -m 644 "$work/root/boot/vmlinuz-$version" "$out/vmlinuz.part"
mv "$out/vmlinuz.part" "$out/vmlinuz" # last: it says that the build is whole
