# Versions of what runs, cheapest way first: the package manager, names of folders, and the program's own word. Only a
# program that root owns and no other may write is started, never as root, and for two seconds at most.
packages='nodejs python3 gunicorn uvicorn python3-uvicorn uwsgi-core puma ruby-unicorn ruby default-jre-headless tomcat9 tomcat10 tomcat11 redis-server valkey-server memcached rabbitmq-server mariadb-server mysql-server elasticsearch opensearch mongodb-org-server kafka'
if have dpkg-query; then
    echo "@@ packages"
    # shellcheck disable=SC2086
    dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Version}\n' $packages 'postgresql-[0-9]*' 'php*-fpm' 2>/dev/null | sed -n 's/^.i *\([^ ]*\) \(.*\)/\1 \2/p'
elif have rpm; then
    echo "@@ packages"
    rpm -qa --qf '%{NAME} %{VERSION}\n' 2>/dev/null | grep -E '^(nodejs|python3|uwsgi|tomcat|redis|valkey|memcached|rabbitmq-server|mariadb-server|mysql-server|postgresql-server|php-fpm|elasticsearch|mongodb-org-server) '
elif have apk; then
    echo "@@ packages"
    apk info -v 2>/dev/null | sed -n 's/^\(nodejs\|python3\|uwsgi\|redis\|valkey\|memcached\|mariadb\|postgresql[0-9]*\|php[0-9]*-fpm\|rabbitmq-server\)-\([0-9].*\)-r[0-9]*$/\1 \2/p'
fi
echo "@@ programs"
bounded() { if have timeout; then as "$HOPSCOPE_USER" timeout 2 "$@"; else as "$HOPSCOPE_USER" "$@"; fi; }
count=0
priv ls -ld /proc/[0-9]*/exe 2>/dev/null | sed -n 's/^.* \/proc\/[0-9]*\/exe -> \(\/.*\)$/\1/p' | sort -u | head -n 200 | while IFS= read -r exe; do
    case ${exe##*/} in
        java)
            home=${exe%/bin/java}
            [ -r "$home/release" ] || home=${home%/jre}
            version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([^"]*\).*/\1/p' "$home/release" 2>/dev/null | head -n 1)
            echo "$exe $version" ;;
        node|uwsgi*|redis-server|valkey-server|memcached|mysqld|mariadbd|mongod|caddy|deno|bun)
            only_roots "$exe" || continue
            count=$((count + 1))
            [ $count -gt 6 ] && continue
            echo "$exe $(bounded "$exe" --version 2>/dev/null | head -n 1 | cut -c 1-120)" ;;
        python*)
            for found in "${exe%/bin/*}"/lib/python3*/site-packages/*.dist-info; do
                case ${found##*/} in gunicorn-*|uvicorn-*|[Dd]jango-*|[Ff]lask-*|fastapi-*|hypercorn-*|daphne-*|celery-*) echo "$found ${found##*/}" ;; esac
            done ;;
    esac
done
# a virtual environment's python is a link to the system's: its folder stands in the command line
grep -sa '' /proc/[0-9]*/cmdline /dev/null | tr '\000' ' ' | sed -n 's/^[^:]*:\([^ ]* \)\{0,1\}\(\/[^ ]*\)\/bin\/\(python[0-9.]*\|gunicorn\|uvicorn\|hypercorn\|daphne\|celery\) .*/\2/p' | sort -u | grep -vxE '/usr|/usr/local|' | head -n 12 | while IFS= read -r home; do
    for found in "$home"/lib/python3*/site-packages/*.dist-info; do
        case ${found##*/} in gunicorn-*|uvicorn-*|[Dd]jango-*|[Ff]lask-*|fastapi-*|hypercorn-*|daphne-*|celery-*) echo "$found ${found##*/}" ;; esac
    done
done
for home in /usr/share/tomcat* /opt/tomcat* /opt/apache-tomcat* /usr/local/tomcat*; do
    [ -r "$home/RELEASE-NOTES" ] && sed -n "s|^ *Apache Tomcat Version \([0-9.]*\).*|$home tomcat \1|p" "$home/RELEASE-NOTES" | head -n 1
done
echo "@@ java"
count=0
for link in $(priv ls -ld /proc/[0-9]*/exe 2>/dev/null | sed -n 's/^.* \/proc\/\([0-9]*\)\/exe -> \(\/[^ ]*\/java\)$/\1:\2/p'); do
    count=$((count + 1))
    [ $count -gt 3 ] && break
    pid=${link%%:*} jstat=${link#*:}
    jstat=${jstat%/java}/jstat
    [ -x "$jstat" ] || jstat=$(command -v jstat) || continue
    set -- "$jstat" -gcutil "$pid"
    have timeout && set -- timeout 3 "$@"
    priv "$@" | sed "s/^/$pid /"
done
exit 0
