# Each engine's containers, images and networks, one JSON line each; then the sockets inside each container's network.
# Of the environment only the names are asked for, and what looks like a password never leaves the host.
mask() {
    sed -E 's/("--?[A-Za-z-]*(password|passwd|secret|token|api-?key)[A-Za-z-]*",")[^"]*/\1***/Ig; s/((password|passwd|passphrase|secret|token|api[-_]?key|access[-_]?key|credential)s?=)[^ "\\]+/\1***/Ig; s#(://[^:/@ "]*:)[^@/ "]+@#\1***@#g; s/((basic|digest)auth[^"]*users[^"]*":")[^"]*/\1***/Ig'
}
# A question must not start what does not run: systemd's docker.socket would start the engine for it, and podman would
# make its store. The engine's process, or a container in podman's store, shows that there is somebody to ask.
runs() {
    case $1 in
        docker)
            [ -z "$DOCKER_HOST" ] || return 0
            have systemctl && systemctl -q is-active docker.service && return 0
            for file in /proc/[0-9]*/comm; do
                read -r name <"$file" && [ "$name" = dockerd ] && return 0
            done 2>/dev/null
            [ "$(readlink -f "$(command -v docker)")" = "$(readlink -f "$(command -v podman)")" ] && runs podman ;;
        podman) priv sh -c 'for folder in /var/lib/containers/storage/*-containers/*/ "$1"/.local/share/containers/storage/*-containers/*/; do
                [ ! -d "$folder" ] || exit 0
            done; exit 1' sh "$HOPSCOPE_HOME" ;;
    esac
}
# With Docker's engine down nobody can be asked: which ports its containers would publish stands in its folder. Where it
# is not to run at all, that folder is but a leftover.
asleep() {
    have systemctl && systemctl -q is-enabled docker.service docker.socket 2>/dev/null || return
    [ "$(readlink -f "$(command -v docker)")" != "$(readlink -f "$(command -v podman)")" ] || return
    # shellcheck disable=SC2016
    lines=$(priv sh -c 'for folder in /var/lib/docker/containers/*/; do
        ports=$(sed -n "s/.*\"PortBindings\":\(.*\),\"RestartPolicy\":.*/\1/p" "$folder/hostconfig.json")
        name=$(sed -n "s/.*\"Name\":\"\(\/[A-Za-z0-9_.-]*\)\".*/\1/p" "$folder/config.v2.json")
        code=$(sed -n "s/.*\"State\":{[^}]*\"ExitCode\":\([0-9]*\).*/\1/p" "$folder/config.v2.json")
        ended=$(sed -n "s/.*\"FinishedAt\":\"\([0-9TZ:.-]*\)\".*/\1/p" "$folder/config.v2.json")
        id=${folder%/}
        [ -z "$name" ] || printf "{\"Id\":\"%s\",\"Name\":\"%s\",\"State\":{\"Status\":\"exited\",\"ExitCode\":%s,\"FinishedAt\":\"%s\"},\"PortBindings\":%s}\n" "${id##*/}" "$name" "${code:-0}" "$ended" "${ports:-null}"
    done' 2>/dev/null | head -n 60)
    [ -z "$lines" ] || { echo "@@ docker"; printf '%s\n' "$lines"; }
}
found=no
for engine in docker podman; do
    have $engine || continue
    runs $engine || { [ $engine = podman ] || asleep; continue; }
    # what calls itself docker may be podman
    [ $engine = podman ] && [ $found = yes ] && [ "$(readlink -f "$(command -v docker)")" = "$(readlink -f "$(command -v podman)")" ] && continue
    found=yes
    ids=$(priv $engine ps -aq --no-trunc 2>&1) || { printf '%s\n' "$ids" >&2; case $HOPSCOPE_PRIV in root|sudo) exit 1 ;; esac; denied "the engine may not be asked: add $HOPSCOPE_USER to group docker, or allow sudo -n docker ps and docker inspect"; }
    [ -n "$ids" ] || continue
    echo "@@ $engine"
    ids=$(printf '%s\n' "$ids" | head -n 60)
    # docker's templates end in plain maps, where a key that may lack must be asked for; podman's are
    # structures with names of their own
    case $engine in
        docker) id=.Id; key() { printf '{{json (index .%s "%s")}}' "$1" "$2"; }; from='(index .State "Health")' exposed='{{json (index .Config "ExposedPorts")}}' ;;
        *) id=.ID; key() { printf '{{json .%s.%s}}' "$1" "$2"; }; from=.State.Health exposed=null ;;
    esac
    health='{{with '$from'}},"Health":{"Status":{{json .Status}},"FailingStreak":{{.FailingStreak}},"Log":[{{range $i, $e := .Log}}{{if $i}},{{end}}{"ExitCode":{{$e.ExitCode}},"Output":{{json (truncate $e.Output 400)}}}{{end}}]}{{end}}'
    # shellcheck disable=SC2086
    lines=$(priv $engine inspect --type container --format '{"Pid":{{.State.Pid}},"Id":{{json '$id'}},"NetworkMode":'"$(key HostConfig NetworkMode)"',"Name":{{json .Name}},"Image":{{json .Config.Image}},"ImageId":{{json .Image}},"Created":{{json .Created}},"State":{"Status":{{json .State.Status}},"ExitCode":{{.State.ExitCode}},"OOMKilled":{{.State.OOMKilled}},"Error":'"$(key State Error)"',"StartedAt":{{json .State.StartedAt}},"FinishedAt":{{json .State.FinishedAt}}'"$health"'},"RestartCount":{{json .RestartCount}},"RestartPolicy":{{json .HostConfig.RestartPolicy.Name}},"Memory":'"$(key HostConfig Memory)"',"Path":{{json .Path}},"Args":{{json .Args}},"User":'"$(key Config User)"',"WorkingDir":'"$(key Config WorkingDir)"',"Networks":{{json .NetworkSettings.Networks}},"Ports":{{json .NetworkSettings.Ports}},"PortBindings":'"$(key HostConfig PortBindings)"',"ExposedPorts":'"$exposed"',"Mounts":[{{range $i, $m := .Mounts}}{{if $i}},{{end}}{"Source":{{json $m.Source}},"Destination":{{json $m.Destination}},"RW":{{json $m.RW}}}{{end}}],"Env":[{{range $i, $e := .Config.Env}}{{if $i}},{{end}}{{json (index (split $e "=") 0)}}{{end}}],"ExtraHosts":'"$(key HostConfig ExtraHosts)"',"LogDriver":{{json .HostConfig.LogConfig.Type}},"Labels":'"$(key Config Labels)"'}' $ids)
    [ -n "$lines" ] || exit 1
    printf '%s\n' "$lines" | mask
    images=$(printf '%s\n' "$lines" | sed -n 's/.*"ImageId":"\([^"]*\)".*/\1/p' | sort -u)
    [ -n "$images" ] && { echo "@@ $engine images"; priv $engine image inspect --format '{"Id":{{json '$id'}},"Created":{{json .Created}}}' $images 2>/dev/null; }
    networks=$(priv $engine network ls -q 2>/dev/null | head -n 60)
    if [ -n "$networks" ]; then
        echo "@@ $engine networks"
        if [ $engine = docker ]; then priv docker network inspect --format '{"Name":{{json .Name}},"Driver":{{json .Driver}},"Internal":{{json .Internal}},"Subnets":{{json .IPAM.Config}}}' $networks 2>/dev/null
        else priv podman network inspect --format '{"Name":{{json .Name}},"Driver":{{json .Driver}},"Internal":{{json .Internal}},"Subnets":{{json .Subnets}}}' $networks 2>/dev/null; fi
    fi
    printf '%s\n' "$lines" | sed -n 's/^{"Pid":\([1-9][0-9]*\),"Id":"\([0-9a-f]*\)","NetworkMode":"\([^"]*\)".*/\1 \2 \3/p' | while read -r pid id mode; do
        case $mode in host|container:*) continue ;; esac
        for file in tcp tcp6; do
            [ -r "/proc/$pid/net/$file" ] || continue
            echo "@@ sockets $id /proc/net/$file"
            awk '$4 == "0A" && ++a <= 100 || $4 == "01" && ++b <= 200 || $4 == "02" && ++c <= 50' "/proc/$pid/net/$file" 2>/dev/null
        done
    done
done
[ $found = yes ] || have docker || have podman || missing docker
exit 0
