none=yes
for file in /etc/php/*/fpm/php-fpm.conf /etc/php/*/fpm/pool.d/*.conf /etc/php-fpm.conf /etc/php-fpm.d/*.conf /etc/php[0-9]*/php-fpm.conf /etc/php[0-9]*/php-fpm.d/*.conf /usr/local/etc/php-fpm.conf /usr/local/etc/php-fpm.d/*.conf /etc/opt/remi/php*/php-fpm.conf /etc/opt/remi/php*/php-fpm.d/*.conf; do
    [ -f "$file" ] || continue
    none=no
    echo "# configuration file $file:"
    # comments are most of these files; a line stays a line
    text=$(priv cat "$file" 2>&1) || { echo "$text" >&2; denied "$file: allow sudo -n cat $file"; }
    printf '%s\n' "$text" | sed 's/^[[:space:]]*;.*/;/'
    echo
    stat -L -c '@@ mtime %Y %n' "$file" 2>/dev/null
done
[ $none = yes ] && missing php-fpm
exit 0
