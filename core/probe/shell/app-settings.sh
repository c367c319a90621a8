# Where apps connect and how they run: from their environment, their units, and the usual files in their folders. Only
# what settings.awk lets through leaves this host: never a user, a password, a path or a query of an address.
# All in one shell, as root where that is allowed: a sudo for each file would take long.
collect='
awk=$1 names=$2 places=$3
# gawk takes four times as long to read these programs
if command -v mawk >/dev/null; then awk() { mawk "$@"; }; fi
units=$(ls -d /etc/systemd/system/*.service /etc/systemd/system/*.service.d/*.conf /run/systemd/system/*.service 2>/dev/null)
# "KIND STRICT TITLE<tab>FILE" of each file to read
job() {
    kind=$1 strict=0
    case ${3##*/} in gunicorn*.py|*puma*.rb|*unicorn*.rb) strict=1 ;; *.xml) kind=xml ;; esac
    printf "%s %s %s %s\t%s\n" "$kind" "$strict" "$2" "$3" "$3"
}
jobs=$(
    grep -HsE "^[[:space:]]*Environment(File=-?/[^*?%]*$|=)" $units /dev/null | head -n 300 | while IFS= read -r line; do
        unit=${line%%:*} name=${line%%:*} file=${line#*EnvironmentFile=}
        name=${name%.d/*.conf} name=${name##*/}
        if [ "$file" = "$line" ]; then
            case $seen in *" $unit "*) ;; *) seen="$seen $unit "; printf "unit 0 unit %s %s\t%s\n" "$name" "$unit" "$unit" ;; esac
        elif [ -f "${file#-}" ]; then printf "file 0 unit %s %s\t%s\n" "$name" "${file#-}" "${file#-}"; fi
    done
    {
        ls -ld /proc/[0-9]*/cwd 2>/dev/null | sed -n "s/^.* \(\/proc\/[0-9]*\/cwd -> .*\)$/\1/p"
        grep -sa "" /proc/[0-9]*/cmdline /dev/null | tr "\000" " " | cut -c 1-2000
        grep -rhsE "^[[:space:]]*(root|DocumentRoot)[[:space:]]+[^;]" /etc/nginx /etc/apache2 /etc/httpd /etc/caddy 2>/dev/null | head -n 200
        # Of units that do not run, too.
        grep -sE "^(WorkingDirectory|ExecStart)=" $units /dev/null | sort -r | head -n 400
    } | awk "$places" | head -n 120 | while IFS= read -r place; do
        kind=${place%% *} rest=${place#* }
        case $kind in
            args) [ ! -f "${rest#* }" ] || job file "args ${rest%% *}" "${rest#* }" ;;
            dir)
                for name in $names; do
                    for file in "$rest"/$name; do [ ! -f "$file" ] || job file file "$file"; done
                done ;;
        esac
    done
)
echo "@@ env"
grep -sa "" /proc/[0-9]*/environ /dev/null | tr "\000" "\n" | head -c 4000000 | awk -v mode=env "$awk"
if [ -n "$jobs" ]; then
    set -f
    IFS="
"
    set --
    for line in $jobs; do set -- "$@" "${line#*	}"; done
    { find -L "$@" -maxdepth 0 -size -2049 2>/dev/null; echo @@; printf "%s\n" "$jobs"; } | awk "$awk"
    set +f
    unset IFS
fi
grep -HsE "^[[:space:]]*max[_-]connections[[:space:]]*[= ]" /etc/postgresql/*/*/postgresql.conf /etc/postgresql/*/*/conf.d/*.conf /var/lib/pgsql/data/postgresql*.conf /var/lib/pgsql/*/data/postgresql*.conf \
    /var/lib/postgresql/*/*/postgresql.auto.conf /etc/my.cnf /etc/my.cnf.d/*.cnf /etc/mysql/my.cnf /etc/mysql/*.conf.d/*.cnf /dev/null | head -c 65536 |
    sed -nE "s/^(\/[^:]*):[[:space:]]*max[_-]connections[[:space:]]*[= ][[:space:]]*([0-9]+).*/@@ file \1\n0 max_connections=\2/p"
'
names='.env .env.production .env.local wp-config.php config/database.yml config/redis.yml config/cable.yml config/mongoid.yml config/sidekiq.yml config/puma.rb puma.rb config/unicorn.rb unicorn.rb gunicorn.conf.py gunicorn_config.py config.py settings.py local_settings.py settings/production.py settings/base.py config/settings.py config/settings/production.py */settings.py */settings/production.py */local_settings.py application.properties application.yml application.yaml application-prod*.properties application-prod*.yml config/application.properties config/application.yml config/application.yaml appsettings.json appsettings.Production.json config.json config/config.json config/default.json config/production.json database.json ormconfig.json config/config.php configuration.php sites/default/settings.php app/etc/env.php app/config/parameters.yml config.yml config.yaml config.toml config.ini settings.ini settings.toml uwsgi.ini conf/server.xml conf/context.xml'
case $HOPSCOPE_PRIV in
    root|sudo) priv sh -c "$collect" sh "$program" "$names" "$places" ;;
    *) sh -c "$collect" sh "$program" "$names" "$places" ;;
esac 2>/dev/null
exit 0
