# One JSON line a container.
found=no
for engine in docker podman; do
    have $engine || continue
    [ $engine = docker ] && [ ! -S /var/run/docker.sock ] && [ -z "$DOCKER_HOST" ] && continue
    found=yes
    ids=$(priv $engine ps -aq --no-trunc 2>&1) || { printf '%s\n' "$ids" >&2; case $HOPSCOPE_PRIV in root|sudo) exit 1 ;; esac; denied "the engine may not be asked: add $(id -un) to group docker, or allow sudo -n docker ps and docker inspect"; }
    [ -n "$ids" ] || continue
    echo "@@ $engine"
    # shellcheck disable=SC2046
    priv $engine inspect --format '{"Id":{{json .Id}},"Name":{{json .Name}},"Image":{{json .Config.Image}},"State":{{json .State}},"RestartCount":{{json .RestartCount}},"Networks":{{json .NetworkSettings.Networks}},"Ports":{{json .NetworkSettings.Ports}},"Labels":{{json .Config.Labels}}}' $(printf '%s\n' "$ids" | head -n 60)
done
[ $found = yes ] || missing docker
