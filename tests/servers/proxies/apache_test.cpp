#include "differential.h"

#include <gmock/gmock.h>

namespace hopscope::test {
namespace {

const std::string modules = [] {
    std::string text;
    for (const char* name : { "mpm_event", "authz_core", "authz_host", "alias", "dir", "mime", "headers", "env", "setenvif", "rewrite",
             "proxy", "proxy_http", "proxy_fcgi", "proxy_balancer", "slotmem_shm", "lbmethod_byrequests", "macro" })
        text += "LoadModule " + std::string(name) + "_module /usr/lib/apache2/modules/mod_" + name + ".so\n";
    return text;
}();

const std::string before = "ServerRoot %D\nDefaultRuntimeDir %D\nPidFile %D/pid\nErrorLog %D/error.log\nServerName main.example\nUser www-data\nGroup www-data\n"
                           "Listen %P1\nListen %P2\nTimeout 5\nTypesConfig /etc/mime.types\n<Directory />\n  Require all granted\n</Directory>\n"
    + modules;

class ApacheDifferential : public ::testing::TestWithParam<ProxyCase> { };

TEST_P(ApacheDifferential, OursSendsEachRequestWhereTheRealApacheDoes)
{
    const ProxyCase& each = GetParam();
    RealProxy proxy(each, before, { "/usr/sbin/apache2", "-DFOREGROUND", "-f", "%C" });
    proxy.useSoftware("apache");
    EXPECT_THAT(proxy.warnings(), ::testing::IsEmpty());
    for (const ProxyCase::Try& request : each.tries)
        EXPECT_EQ(predictionOf(proxy.ours(request)), answerOf(proxy.get(request)))
            << each.name << ": " << request.host << request.target << " at " << request.address << "\n"
            << proxy.errors();
}

const std::vector<ProxyCase> apacheCases {
    { "VirtualHosts",
        R"conf(
ProxyPreserveHost On
<VirtualHost *:%P1>
  ServerName first.example
  ProxyPass / http://127.0.0.1:%B/
</VirtualHost>
<VirtualHost *:%P1>
  ServerName shop.example:80
  ServerAlias www.shop.example *.shop.example sh?p.org
  ProxyPass / http://127.0.0.2:%B/
</VirtualHost>
<VirtualHost *:%P1>
  ServerName api.shop.example
  ProxyPass / http://127.0.0.3:%B/
</VirtualHost>
<VirtualHost 127.0.0.7:%P1>
  ServerName seven.example
  ProxyPass / http://127.0.0.4:%B/
</VirtualHost>
<VirtualHost 127.0.0.7:*>
  ServerName any.example
  ProxyPass / http://127.0.0.5:%B/
</VirtualHost>
<VirtualHost _default_:%P2>
  ServerName second.example
  ProxyPass / http://127.0.0.6:%B/
</VirtualHost>
)conf",
        { { "first.example", "/" }, { "shop.example", "/" }, { "SHOP.example", "/" }, { "www.shop.example", "/" }, { "x.shop.example", "/" },
            { "api.shop.example", "/" }, { "ship.org", "/" }, { "none.example", "/" }, { "shop.example", "/", 1, "127.0.0.7" },
            { "any.example", "/", 1, "127.0.0.7" }, { "shop.example", "/", 2 }, { "any.example", "/", 2, "127.0.0.7" }, { "shop.example:99", "/" } } },
    { "PassesInOrder",
        R"conf(
<VirtualHost *:%P1>
  ProxyPass /static/ !
  ProxyPass /app/special http://127.0.0.2:%B/special
  ProxyPass /app http://127.0.0.3:%B/base
  ProxyPass /slash/ http://127.0.0.4:%B/
  ProxyPassMatch ^/re/(\d+)/(.*)$ http://127.0.0.5:%B/$2/$1
  ProxyPassMatch ^/whole/ http://127.0.0.6:%B
  <Location /loc>
    ProxyPass http://127.0.0.7:%B/inside
    ProxyPreserveHost On
  </Location>
  <Location /loc/off>
    ProxyPass !
  </Location>
  <LocationMatch ^/lm/(?<x>.*)$>
    ProxyPass http://127.0.0.8:%B/$1
  </LocationMatch>
  <Location /denied>
    Require all denied
  </Location>
  Redirect permanent /old https://new.example/fresh
  RedirectMatch 302 ^/rm/(.*)$ /to/$1
  Redirect gone /gone
</VirtualHost>
ProxyPass /main http://127.0.0.9:%B
DocumentRoot %D/root
)conf",
        { { "h", "/app" }, { "h", "/app/x%20y?q=1" }, { "h", "/app/special/1" }, { "h", "/application" }, { "h", "/slash/x" }, { "h", "/slash" },
            { "h", "/re/12/a/b?c" }, { "h", "/whole/x" }, { "h", "/loc/x?y" }, { "h.example:80", "/loc" }, { "h", "/locx" }, { "h", "/lm/z" }, { "h", "/main/x" },
            { "h", "/old/x?y=1" }, { "h", "/rm/x" }, { "h", "/gone" }, { "h", "/denied/x" }, { "h", "/a/../app/./y" }, { "h", "//app//x" }, { "h", "/static/a.txt" },
            { "h", "/loc/off/a.txt" } },
        { { "root/static/a.txt", "file" }, { "root/loc/off/a.txt", "file" } } },
    { "Rewriting",
        R"conf(
<VirtualHost *:%P1>
  DocumentRoot %D/root
  RewriteEngine on
  RewriteCond %{HTTP_HOST} ^(?:www\.)?(\w+)\.tenant\.example$ [NC]
  RewriteRule ^/(.*)$ http://127.0.0.2:%B/%1/$1 [P]
  RewriteCond %{QUERY_STRING} (^|&)to=three(&|$)
  RewriteRule ^ http://127.0.0.3:%B%{REQUEST_URI} [P,L]
  RewriteCond %{REQUEST_URI} ^/or1 [OR]
  RewriteCond %{REQUEST_URI} ^/or2
  RewriteRule .* http://127.0.0.4:%B/or [P]
  RewriteRule ^/pt/(.*)$ /passed/$1 [PT]
  RewriteRule ^/away$ https://other.example/x [R=301,L]
  RewriteRule ^/implied$ https://other.example/y
  RewriteRule ^/no$ - [F]
  RewriteRule ^/gone$ - [G]
  RewriteRule ^/c1$ /c2 [C]
  RewriteRule ^/c2$ http://127.0.0.5:%B/chained [P]
  RewriteRule ^/skip$ - [S=1]
  RewriteRule ^/skip$ - [F]
  RewriteRule ^/skip$ http://127.0.0.6:%B/skipped?a=b [P,QSA]
  RewriteRule !^/(passed|skip|f) http://127.0.0.8:%B/rest [P]
  ProxyPass /passed http://127.0.0.7:%B/pp
</VirtualHost>
)conf",
        { { "one.tenant.example", "/x?q" }, { "www.Two.tenant.example", "/" }, { "h", "/x?to=three" }, { "h", "/or1" }, { "h", "/or2/x" }, { "h", "/pt/x" }, { "h", "/away" },
            { "h", "/implied" }, { "h", "/no" }, { "h", "/gone" }, { "h", "/c1" }, { "h", "/skip?c=d" }, { "h", "/other?x=1" }, { "h", "/passed/1" } } },
    { "HandlersAndFolders",
        R"conf(
<VirtualHost *:%P1>
  DocumentRoot %D/root
  DirectoryIndex index.php index.html
  <Directory %D/root/>
    AllowOverride All
  </Directory>
  <Directory %D/root/closed>
    AllowOverride None
    FallbackResource /front.php
  </Directory>
  <FilesMatch "\.ph(p|ar)$">
    SetHandler "proxy:fcgi://127.0.0.2:%B/"
  </FilesMatch>
  <Directory %D/root/other>
    <FilesMatch \.php$>
      SetHandler proxy:fcgi://127.0.0.3:%B
    </FilesMatch>
  </Directory>
  Alias /files %D/elsewhere
  <Location /info.php>
    SetHandler none
  </Location>
  <If "%{HTTP_HOST} == 'if.example' && %{REQUEST_URI} =~ m#\.php$#">
    SetHandler "proxy:fcgi://127.0.0.4:%B"
  </If>
  <Directory %D/root/blog>
    RewriteEngine On
    RewriteBase /blog/
    RewriteRule ^index\.php$ - [L]
    RewriteCond %{REQUEST_FILENAME} !-f
    RewriteCond %{REQUEST_FILENAME} !-d
    RewriteRule . /blog/index.php [L]
  </Directory>
</VirtualHost>
)conf",
        { { "h", "/" }, { "h", "/index.php?x=1" }, { "h", "/a.html" }, { "h", "/other/x.php" }, { "h", "/files/f.php" }, { "if.example", "/index.php" },
            { "h", "/blog/some/page?x=1" }, { "h", "/blog/" }, { "h", "/blog/pic.png" }, { "h", "/shop/thing" }, { "h", "/closed/x" }, { "h", "/shop/api/x" }, { "h", "/info.php" } },
        { { "root/index.php", "x" }, { "root/front.php", "x" }, { "root/a.html", "file" }, { "root/other/x.php", "x" }, { "elsewhere/f.php", "x" }, { "root/blog/index.php", "x" },
            { "root/blog/pic.png", "file" }, { "root/info.php", "file" }, { "root/shop/index.php", "x" }, { "root/closed/index.html", "file" },
            { "root/closed/.htaccess", "RewriteEngine on\nRewriteRule ^ - [F]\n" },
            { "root/shop/.htaccess", "RewriteEngine on\nRewriteRule ^api/(.*)$ http://127.0.0.5:%B/from-htaccess/$1 [P,L]\nRewriteRule ^index\\.php$ - [L]\nRewriteRule ^(.+)$ index.php?path=$1 [QSA,L]\n" } } },
    { "DefinesMacrosIncludes",
        R"conf(
Define back 127.0.0.2:%B
<Macro Site $name $port $address>
  <VirtualHost *:%P1>
    ServerName $name
    ProxyPreserveHost On
    ProxyPass / \
      http://$address:$port/ \
      timeout=5
  </VirtualHost>
</Macro>
<IfDefine NOT_THERE>
  this is wrong
</IfDefine>
<IfModule mod_proxy_ajp.c>
  ProxyPass / ajp://127.0.0.9:1/
</IfModule>
<IfModule !mod_proxy.c>
  also wrong
</IfModule>
<IfVersion >= 2.4>
  Use Site macro.example %B 127.0.0.3
</IfVersion>
Use Site other.example %B 127.0.0.4
IncludeOptional not/there/*.conf
Include inc/*.conf
UnDefine back
)conf",
        { { "macro.example", "/x" }, { "other.example", "/x" }, { "included.example", "/x" }, { "two.example", "/y" } },
        { { "inc/b.conf", "<VirtualHost *:%P1>\r\n  ServerName included.example\r\n  ProxyPass \"/\" \"http://${back}/inc/\"\r\n</VirtualHost>\r\n" },
            { "inc/a.conf", "<VirtualHost *:%P1>\nServerName two.example\nInclude part.inc\n</VirtualHost>\n" },
            { "part.inc", "ProxyPass / http://127.0.0.6:%B/part/\n" } } },
    { "Balancers",
        R"conf(
<Proxy "balancer://app">
  BalancerMember "http://127.0.0.9:%B" status=+D
  BalancerMember "http://127.0.0.2:%B" route=one
  ProxySet lbmethod=byrequests
</Proxy>
<VirtualHost *:%P1>
  ProxyPass /app balancer://app/ctx
  ProxyPassMatch ^/m/(.*) balancer://app/$1
  <Proxy balancer://php>
    BalancerMember fcgi://127.0.0.3:%B
  </Proxy>
  DocumentRoot %D/root
  <FilesMatch \.php$>
    SetHandler "proxy:balancer://php"
  </FilesMatch>
</VirtualHost>
)conf",
        { { "h", "/app/x" }, { "h", "/m/y" } },
        { { "root/x.php", "x" } } },
};

INSTANTIATE_TEST_SUITE_P(Configurations, ApacheDifferential, ::testing::ValuesIn(apacheCases),
    [](const auto& each) { return each.param.name; });

}
}
