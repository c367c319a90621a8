#include "tests/support/echobackend.h"
#include "realnginx.h"

#include "core/discovery/nginx/nginxproxy.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace hopscope {
namespace {

/// One configuration and the requests to try on the real nginx and on our reading of it.
struct Case {
    std::string name;
    std::string http; ///< inside http { }; %P1 %P2 listening ports, %B the backend's port, %ROOT the files
    struct Try {
        std::string host;
        std::string target;
        int port = 1;
        std::string address = "127.0.0.1";
    };
    std::vector<Try> tries;
    std::vector<std::string> files {};
};

void PrintTo(const Case& each, std::ostream* stream) { *stream << each.name; }

std::string withPort(std::string text, std::uint16_t port)
{
    for (std::size_t at = text.find("%B"); at != std::string::npos; at = text.find("%B", at))
        text.replace(at, 2, std::to_string(port));
    return text;
}

/// What the real one did, in the words of ours.
std::string answerOf(const test::RealNginx::Reply& reply)
{
    if (reply.body.starts_with("127."))
        return "passed to " + reply.body;
    if (reply.status >= 300 && reply.status < 400) {
        // nginx's own redirects are absolute.
        const std::size_t path = reply.location.find('/', reply.location.find("://") + 3);
        return "redirects to " + (path == std::string::npos ? reply.location : reply.location.substr(path));
    }
    if (reply.body.starts_with("file "))
        return "files";
    return std::to_string(reply.status);
}

std::string predictionOf(const discovery::ProxyRoute& route)
{
    for (const discovery::ProxyTarget& target : route.targets) {
        if (!target.isOnPath)
            continue;
        const model::Declared& declared = target.declared;
        const bool isFastCgi = target.protocol == model::Protocol::FastCgi;
        return "passed to " + declared.endpoint.host + (isFastCgi ? " fastcgi " + declared.scriptFile : " " + declared.requestPath)
            + " " + declared.requestHost;
    }
    if (route.note.starts_with("redirects to ")) {
        const std::string to = route.note.substr(13);
        if (to.starts_with("/"))
            return route.note;
        const std::size_t path = to.find('/', to.find("://") + 3);
        return "redirects to " + (path == std::string::npos ? to : to.substr(path));
    }
    if (route.note.starts_with("answers with files"))
        return "files";
    if (route.note.starts_with("answers "))
        return route.note.substr(8, 3);
    if (route.note.find("nginx answers 500") != std::string::npos)
        return "500";
    return route.note;
}

class Differential : public ::testing::TestWithParam<Case> { };

TEST_P(Differential, OursSendsEachRequestWhereTheRealNginxDoes)
{
    const Case& each = GetParam();
    test::EchoBackend backend;
    const test::RealNginx nginx("events { }\nhttp {\naccess_log off;\nclient_body_temp_path tmp1; proxy_temp_path tmp2; "
                                "fastcgi_temp_path tmp3; uwsgi_temp_path tmp4; scgi_temp_path tmp5;\n"
            + withPort(each.http, backend.port()) + "\n}\n",
        each.files);
    model::SoftwareConfig config;
    config.software = "nginx";
    config.mainFile = "nginx.conf";
    config.files = { { "nginx.conf", nginx.configuration(), {}, {} } };
    const discovery::nginx::NginxProxy ours(config);
    EXPECT_THAT(ours.warnings(), ::testing::IsEmpty());
    // What the file checks of the hop wave would tell.
    model::HostFacts host;
    if (!each.files.empty())
        for (const Case::Try& request : each.tries)
            for (const char* index : { "", "index.php", "index.html" }) {
                model::FileStatus file;
                file.path = nginx.root() + request.target.substr(0, request.target.find('?')) + index;
                file.exists = std::filesystem::exists(file.path);
                host.files.push_back(file);
            }
    for (const Case::Try& request : each.tries) {
        const test::RealNginx::Reply reply = nginx.get(request.address, request.port, request.host, request.target);
        discovery::Request wanted;
        wanted.setHost(request.host);
        wanted.setTarget(request.target);
        wanted.address = request.address;
        wanted.port = nginx.port(request.port);
        EXPECT_EQ(predictionOf(ours.route(wanted, &host)), answerOf(reply))
            << each.name << ": " << request.host << request.target << " at " << request.address << "\n"
            << nginx.errors();
    }
}

const std::vector<Case> cases {
    { "ServerNames",
        R"conf(server { listen %P1 default_server; server_name _; location / { proxy_pass http://127.0.0.1:%B; } }
           server { listen %P1; server_name shop.example www.shop.example; location / { proxy_pass http://127.0.0.2:%B; } }
           server { listen %P1; server_name *.shop.example; location / { proxy_pass http://127.0.0.3:%B; } }
           server { listen %P1; server_name *.api.shop.example; location / { proxy_pass http://127.0.0.4:%B; } }
           server { listen %P1; server_name shop.*; location / { proxy_pass http://127.0.0.5:%B; } }
           server { listen %P1; server_name .dotted.example; location / { proxy_pass http://127.0.0.6:%B; } }
           server { listen %P1; server_name ~^(?<sub>.+)\.rex\.example$; location / { proxy_pass http://127.0.0.7:%B/$sub; } }
           server { listen %P1; server_name ~rex; location / { proxy_pass http://127.0.0.8:%B; } }
           server { listen %P1; server_name "~^w{3}\d{1,2}\.z\.example$"; location / { proxy_pass http://127.0.0.9:%B; } })conf",
        { { "shop.example", "/" }, { "www.shop.example", "/" }, { "a.shop.example", "/" }, { "v1.api.shop.example", "/" },
            { "api.shop.example", "/" }, { "shop.org", "/" }, { "shop.co.uk", "/" }, { "dotted.example", "/" },
            { "x.y.dotted.example", "/" }, { "a.rex.example", "/x" }, { "rexer", "/" }, { "www12.z.example", "/" },
            { "www123.z.example", "/" }, { "unknown.example", "/" }, { "SHOP.Example", "/" }, { "shop.example.", "/" },
            { "shop.example:8443", "/" }, { "10.0.0.1", "/" } } },
    { "ListenAddresses",
        R"conf(server { listen %P1; server_name one.example; location / { proxy_pass http://127.0.0.1:%B; } }
           server { listen 127.0.0.7:%P1; server_name seven.example; location / { proxy_pass http://127.0.0.2:%B; } }
           server { listen 127.0.0.7:%P1; server_name more.example; location / { proxy_pass http://127.0.0.3:%B; } }
           server { listen %P1; listen %P2 default_server; server_name two.example; location / { proxy_pass http://127.0.0.4:%B; } }
           server { listen %P2; server_name three.example; location / { proxy_pass http://127.0.0.5:%B; } })conf",
        { { "one.example", "/" }, { "one.example", "/", 1, "127.0.0.7" }, { "more.example", "/", 1, "127.0.0.7" },
            { "two.example", "/" }, { "two.example", "/", 2 }, { "three.example", "/", 2 }, { "other.example", "/", 2 },
            { "other.example", "/" }, { "three.example", "/", 1 } } },
    { "Locations",
        R"conf(server { listen %P1;
             location = / { proxy_pass http://127.0.0.1:%B; }
             location / { proxy_pass http://127.0.0.2:%B; }
             location /api { proxy_pass http://127.0.0.3:%B; }
             location /api/v2/ { proxy_pass http://127.0.0.4:%B; }
             location ^~ /static/ { proxy_pass http://127.0.0.5:%B; }
             location ~ \.php$ { proxy_pass http://127.0.0.6:%B; }
             location ~* \.(png|JPG)$ { proxy_pass http://127.0.0.7:%B; }
             location = /exact { proxy_pass http://127.0.0.8:%B; }
             location /slash/ { proxy_pass http://127.0.0.9:%B; }
             location ~ ^/(?!public)secret { proxy_pass http://127.0.0.10:%B; } })conf",
        { { "a", "/" }, { "a", "/x" }, { "a", "/api" }, { "a", "/apiary" }, { "a", "/api/v2" }, { "a", "/api/v2/x" },
            { "a", "/static/a.php" }, { "a", "/static" }, { "a", "/b.php" }, { "a", "/b.php/c" }, { "a", "/b.PNG" },
            { "a", "/b.jpg?x=1" }, { "a", "/exact" }, { "a", "/exact/" }, { "a", "/slash" }, { "a", "/slash/" },
            { "a", "/secret" }, { "a", "/a/../api/./x" }, { "a", "//api//v2//x" }, { "a", "/%61pi/v2/x" }, { "a", "/b%2ephp" } } },
    { "NestedLocations",
        R"conf(server { listen %P1;
             location / { proxy_pass http://127.0.0.1:%B; }
             location /a { proxy_pass http://127.0.0.2:%B;
               location /a/b { proxy_pass http://127.0.0.3:%B; location ~ \.txt$ { proxy_pass http://127.0.0.4:%B; } }
               location ~ \.php$ { proxy_pass http://127.0.0.5:%B; } }
             location ~ \.txt$ { proxy_pass http://127.0.0.6:%B; }
             location ~ ^/re { proxy_pass http://127.0.0.7:%B; location ~ \.php$ { proxy_pass http://127.0.0.8:%B; } }
             location ^~ /n { proxy_pass http://127.0.0.9:%B; location ~ \.txt$ { proxy_pass http://127.0.0.10:%B; } } })conf",
        { { "a", "/a" }, { "a", "/a/x.php" }, { "a", "/a/b/x" }, { "a", "/a/b/x.txt" }, { "a", "/a/x.txt" }, { "a", "/x.txt" },
            { "a", "/re" }, { "a", "/re/x.php" }, { "a", "/n/x" }, { "a", "/n/x.txt" }, { "a", "/a/b/x.php" } } },
    { "ProxyPassUri",
        R"conf(server { listen %P1;
             location /keep/ { proxy_pass http://127.0.0.1:%B; }
             location /strip/ { proxy_pass http://127.0.0.2:%B/; }
             location /swap { proxy_pass http://127.0.0.3:%B/new; }
             location = /one { proxy_pass http://127.0.0.4:%B/exactly; }
             location ~ ^/var/(.*)$ { proxy_pass http://127.0.0.5:%B/re/$1?from=re; }
             location /args/ { proxy_pass http://127.0.0.6:%B/x/$args; }
             location /host/ { proxy_set_header Host $host; proxy_pass http://127.0.0.7:%B; }
             location /httphost/ { proxy_set_header Host $http_host; proxy_pass http://127.0.0.8:%B; } })conf",
        { { "a.example", "/keep/x%20y?q=1" }, { "a.example", "/strip/x/y?q=1" }, { "a.example", "/strip/a%20b" },
            { "a.example", "/swap" }, { "a.example", "/swapped" }, { "a.example", "/swap/x" }, { "a.example", "/one?z" },
            { "a.example", "/var/abc?q=2" }, { "a.example", "/args/?k=v" }, { "A.example:88", "/host/" },
            { "A.example:88", "/httphost/" } } },
    { "HeaderInheritance",
        R"conf(proxy_set_header Host http.level;
           server { listen %P1; server_name a; location / { proxy_pass http://127.0.0.1:%B; }
             location /own/ { proxy_set_header X-Other 1; proxy_pass http://127.0.0.1:%B; } }
           server { listen %P1; server_name b; proxy_set_header Host server.level;
             location / { proxy_pass http://127.0.0.2:%B; location /deep/ { proxy_pass http://127.0.0.2:%B; } } })conf",
        { { "a", "/" }, { "a", "/own/" }, { "b", "/" }, { "b", "/deep/" } } },
    { "Rewrites",
        R"conf(server { listen %P1; server_name a;
             rewrite ^/old/(.*)$ /new/$1 last;
             rewrite ^/gone$ https://other.example/there permanent;
             location / { proxy_pass http://127.0.0.1:%B; }
             location /new/ { proxy_pass http://127.0.0.2:%B; }
             location /brk/ { rewrite ^/brk/(.*)$ /changed/$1 break; proxy_pass http://127.0.0.3:%B; }
             location /brkuri/ { rewrite ^/brkuri/(.*)$ /changed/$1 break; proxy_pass http://127.0.0.3:%B/ignored/; }
             location /arg/ { rewrite ^/arg/(.*)$ /new/x?p=$1 last; }
             location /arg2/ { rewrite ^/arg2/(.*)$ /new/x?p=$1? last; }
             location /noflag/ { rewrite ^/noflag/(.*)$ /mid/$1; rewrite ^/mid/(.*)$ /new/$1; }
             location /loop/ { rewrite ^/loop/(.*)$ /loop/x$1 last; }
             location /ret { return 302 /elsewhere; }
             location /ret2 { return https://$host$request_uri; }
             location /deny { return 403; }
             location /setvar { set $target 127.0.0.4; proxy_pass http://$target:%B; }
             location /redir { rewrite ^ /new/r redirect; } }
           server { listen %P1; server_name b; return 301 https://$host$request_uri; }
           server { listen %P1; server_name c; set $back 127.0.0.5; location / { proxy_pass http://$back:%B; } })conf",
        { { "a", "/old/x" }, { "a", "/old/x?q=1" }, { "a", "/gone" }, { "a", "/brk/x?q=1" }, { "a", "/brkuri/x" },
            { "a", "/arg/z?q=1" }, { "a", "/arg2/z?q=1" }, { "a", "/noflag/y" }, { "a", "/loop/y" }, { "a", "/ret" },
            { "a", "/ret2?x=1" }, { "a", "/deny" }, { "a", "/setvar/x?y" }, { "a", "/redir" }, { "b", "/x?y=1" }, { "c", "/q" } } },
    { "Conditions",
        R"conf(server { listen %P1;
             set $where 127.0.0.1;
             if ($host = b.example) { set $where 127.0.0.2; }
             if ($host ~* ^(c|d)\.example$) { set $where 127.0.0.3; }
             if ($arg_to = four) { set $where 127.0.0.4; }
             if ($request_method = POST) { set $where 127.0.0.5; }
             if ($http_x_canary) { set $where 127.0.0.6; }
             if ($host = e.example) { return 301 http://f.example$uri; }
             if ($args ~ "bad=([0-9]{2,})") { rewrite ^ /denied/$1? last; }
             location / { proxy_pass http://$where:%B; }
             location /denied/ { return 403; }
             location /in { if ($arg_x = 1) { proxy_pass http://127.0.0.7:%B; } proxy_pass http://127.0.0.8:%B; }
             location /inherit { proxy_pass http://127.0.0.9:%B; if ($arg_x = 1) { set $unused 1; } } })conf",
        { { "a.example", "/" }, { "b.example", "/" }, { "C.example", "/" }, { "a.example", "/?to=four" }, { "e.example", "/x/y" },
            { "a.example", "/?bad=12" }, { "a.example", "/?bad=1" }, { "a.example", "/in?x=1" }, { "a.example", "/in?x=2" },
            { "a.example", "/inherit?x=1" } } },
    { "Maps",
        R"conf(map $host $by_host { hostnames; default 127.0.0.1; a.example 127.0.0.2; *.wild.example 127.0.0.3; tail.* 127.0.0.4;
             .both.example 127.0.0.5; }
           map $uri $by_uri { default 127.0.0.1; ~^/re/(?<part>\w+) 127.0.0.6; ~*^/UP 127.0.0.7; /exact 127.0.0.8; }
           map $arg_v $chained { default $by_host; x 127.0.0.9; "" $by_uri; }
           map $host$uri $joined { default 127.0.0.1; a.example/j 127.0.0.10; }
           server { listen %P1;
             location / { proxy_pass http://$by_host:%B; }
             location /re/ { proxy_pass http://$by_uri:%B/$part; }
             location /up { proxy_pass http://$by_uri:%B; }
             location /UP { proxy_pass http://$by_uri:%B; }
             location /exact { proxy_pass http://$by_uri:%B; }
             location /chain { proxy_pass http://$chained:%B; }
             location /j { proxy_pass http://$joined:%B; } })conf",
        { { "a.example", "/" }, { "b.wild.example", "/" }, { "wild.example", "/" }, { "tail.org", "/" }, { "both.example", "/" },
            { "x.both.example", "/" }, { "none", "/" }, { "a.example", "/re/word/x" }, { "a.example", "/up" }, { "a.example", "/UPPER" },
            { "a.example", "/exact" }, { "a.example", "/chain?v=x" }, { "a.example", "/chain?v=y" }, { "a.example", "/chain" },
            { "a.example", "/j" }, { "b.example", "/j" } } },
    { "Upstreams",
        R"conf(upstream app { server 127.0.0.2:%B; server 127.0.0.3:%B backup; server 127.0.0.4:%B down; keepalive 8; }
           upstream other { zone z 64k; server 127.0.0.5:%B weight=3 max_fails=2 fail_timeout=5s; }
           map $host $pool { default app; o.example other; }
           server { listen %P1;
             location / { proxy_pass http://app; }
             location /uri/ { proxy_pass http://other/x/; }
             location /var/ { proxy_pass http://$pool; } })conf",
        { { "a.example", "/p" }, { "a.example", "/uri/y" }, { "a.example", "/var/z" }, { "o.example", "/var/z" } } },
    { "ErrorPagesThatHandOn",
        R"conf(server { listen %P1; root %ROOT;
             location / { error_page 404 = @app; }
             location @app { proxy_pass http://127.0.0.2:%B; }
             location /trick { error_page 418 = @trick; return 418; }
             location @trick { proxy_pass http://127.0.0.3:%B; }
             location /inner { internal; proxy_pass http://127.0.0.4:%B; }
             location /auth/ { auth_request /check; proxy_pass http://127.0.0.5:%B; }
             location = /nothing { return 204; } })conf",
        { { "a", "/page" }, { "a", "/logo.png" }, { "a", "/trick" }, { "a", "/inner" } }, { "logo.png" } },
    { "FrontController",
        R"conf(server { listen %P1; root %ROOT; index index.php index.html;
             location / { try_files $uri $uri/ /index.php?$query_string; }
             location ~ \.php$ { fastcgi_split_path_info ^(.+\.php)(/.+)$; fastcgi_pass 127.0.0.2:%B;
               fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_param HTTP_HOST $http_host; fastcgi_index index.php; }
             location ~ /\.(?!well-known).* { deny all; return 403; } })conf",
        { { "a", "/" }, { "a", "/posts/7?x=1" }, { "a", "/index.php" }, { "a", "/logo.png" }, { "a", "/.env" } },
        { "index.php", "logo.png" } },
    { "TryFilesToAnApp",
        R"conf(server { listen %P1; root %ROOT;
             location / { try_files $uri @app; }
             location @app { proxy_set_header Host $http_host; proxy_pass http://127.0.0.2:%B; }
             location /spa/ { try_files $uri $uri/ /spa/index.html; }
             location /rails { try_files $uri/index.html $uri.html $uri @puma; }
             location @puma { rewrite ^/rails(.*)$ /r$1 break; proxy_pass http://127.0.0.3:%B; }
             location /status { try_files $uri =404; } })conf",
        { { "a", "/" }, { "a", "/users" }, { "a", "/app.js" }, { "a", "/spa/route" }, { "a", "/rails/x" }, { "a", "/status" } },
        { "app.js", "spa/index.html" } },
    { "AliasAndPhp",
        R"conf(server { listen %P1; root %ROOT;
             location /sub/ { alias %ROOT/other/; location ~ ^/sub/(.+\.php)$ { alias %ROOT/other/$1;
               fastcgi_param SCRIPT_FILENAME $request_filename; fastcgi_param HTTP_HOST $host; fastcgi_pass 127.0.0.3:%B; } }
             location ~ [^/]\.php(/|$) { fastcgi_split_path_info ^(.+?\.php)(/.*)$; fastcgi_pass 127.0.0.4:%B;
               fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_param HTTP_HOST $host; } })conf",
        { { "a", "/sub/x.php" }, { "a", "/y.php" }, { "a", "/y.php/info/more" } } },
    { "TokenOddities",
        "server { listen %P1; # comment { with braces; }\n"
        "  location \"/quo ted/\" { proxy_pass 'http://127.0.0.2:%B'; }\n"
        "  location /esc\\\\aped { proxy_pass http://127.0.0.3:%B; }\r\n"
        "  location ~ \"^/n[0-9]{3}$\" { proxy_pass http://127.0.0.4:%B; }\n"
        "  location =/glued { proxy_pass http://127.0.0.5:%B; }\n"
        "  location ~*\\.glue$ { proxy_pass http://127.0.0.6:%B; }\n"
        "  location / { set $v \"127.0.0.7\"; proxy_pass http://${v}:%B; }\n"
        "  location /semi { if ($http_cookie ~* \"id=([^;]+)(?:;|$)\") { return 403; } proxy_pass http://127.0.0.8:%B; } }",
        { { "a", "/quo%20ted/x" }, { "a", "/n123" }, { "a", "/n1234" }, { "a", "/glued" }, { "a", "/x.GLUE" }, { "a", "/semi" },
            { "a", "/other" } } },
};

INSTANTIATE_TEST_SUITE_P(RealServer, Differential, ::testing::ValuesIn(cases),
    [](const auto& each) { return each.param.name; });

}
}
