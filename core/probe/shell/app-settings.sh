# Where apps connect and how they run: from their environment, their units, and the usual files in their folders. Only
# what settings.awk lets through leaves this host: never a user, a password, a path or a query of an address.
# All in one shell, as root where that is allowed: a sudo for each file would take long.
collect='
awk=$1 names=$2 places=$3
strict() { case ${1##*/} in gunicorn*.py|*puma*.rb|*unicorn*.rb) echo 1 ;; esac; }
echo "@@ env"
grep -sa "" /proc/[0-9]*/environ /dev/null | tr "\000" "\n" | head -c 4000000 | awk -v mode=env "$awk"
units=$(grep -lsE "^[[:space:]]*Environment(File)?=" /etc/systemd/system/*.service /etc/systemd/system/*.service.d/*.conf /run/systemd/system/*.service)
[ -z "$units" ] || awk -v mode=unit "$awk" $units
[ -z "$units" ] || grep -HsE "^[[:space:]]*EnvironmentFile=-?/[^*?%]*$" $units | head -n 100 | while IFS= read -r line; do
    name=${line%%:*} file=${line#*EnvironmentFile=} name=${name%.d/*.conf}
    file=${file#-}
    [ -f "$file" ] || continue
    echo "@@ unit ${name##*/} $file"
    head -c 65536 "$file" | awk -v mode=file "$awk"
done
grep -HsE "^[[:space:]]*max[_-]connections[[:space:]]*[= ]" /etc/postgresql/*/*/postgresql.conf /etc/postgresql/*/*/conf.d/*.conf /var/lib/pgsql/data/postgresql*.conf /var/lib/pgsql/*/data/postgresql*.conf \
    /var/lib/postgresql/*/*/postgresql.auto.conf /etc/my.cnf /etc/my.cnf.d/*.cnf /etc/mysql/my.cnf /etc/mysql/*.conf.d/*.cnf /dev/null | head -c 65536 |
    sed -nE "s/^(\/[^:]*):[[:space:]]*max[_-]connections[[:space:]]*[= ][[:space:]]*([0-9]+).*/@@ file \1\n0 max_connections=\2/p"
{
    ls -ld /proc/[0-9]*/cwd 2>/dev/null | sed -n "s/^.* \(\/proc\/[0-9]*\/cwd -> .*\)$/\1/p"
    grep -sa "" /proc/[0-9]*/cmdline /dev/null | tr "\000" " " | cut -c 1-2000
    grep -rhsE "^[[:space:]]*(root|DocumentRoot)[[:space:]]+[^;]" /etc/nginx /etc/apache2 /etc/httpd /etc/caddy 2>/dev/null | head -n 200
    # Of units that do not run, too.
    grep -sE "^(WorkingDirectory|ExecStart)=" /etc/systemd/system/*.service /etc/systemd/system/*.service.d/*.conf /dev/null | sort -r | head -n 400
} | awk "$places" | head -n 120 | while IFS= read -r place; do
    kind=${place%% *} rest=${place#* }
    case $kind in
        args)
            file=${rest#* }
            [ -f "$file" ] || continue
            echo "@@ args ${rest%% *} $file"
            head -c 65536 "$file" | awk -v mode=file -v strict="$(strict "$file")" "$awk" ;;
        dir)
            for name in $names; do
                for file in "$rest"/$name; do
                    [ -f "$file" ] || continue
                    echo "@@ file $file"
                    case $file in *.xml) head -c 131072 "$file" | awk -v mode=xml "$awk" ;; *) head -c 65536 "$file" | awk -v mode=file -v strict="$(strict "$file")" "$awk" ;; esac
                done
            done ;;
    esac
done
'
names='.env .env.production .env.local wp-config.php config/database.yml config/redis.yml config/cable.yml config/mongoid.yml config/sidekiq.yml config/puma.rb puma.rb config/unicorn.rb unicorn.rb gunicorn.conf.py gunicorn_config.py config.py settings.py local_settings.py settings/production.py settings/base.py config/settings.py config/settings/production.py */settings.py */settings/production.py */local_settings.py application.properties application.yml application.yaml application-prod*.properties application-prod*.yml config/application.properties config/application.yml config/application.yaml appsettings.json appsettings.Production.json config.json config/config.json config/default.json config/production.json database.json ormconfig.json config/config.php configuration.php sites/default/settings.php app/etc/env.php app/config/parameters.yml config.yml config.yaml config.toml config.ini settings.ini settings.toml uwsgi.ini conf/server.xml conf/context.xml'
case $HOPSCOPE_PRIV in
    root|sudo) priv sh -c "$collect" sh "$program" "$names" "$places" ;;
    *) sh -c "$collect" sh "$program" "$names" "$places" ;;
esac 2>/dev/null
exit 0
