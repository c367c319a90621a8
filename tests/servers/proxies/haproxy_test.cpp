#include "differential.h"

#include <gmock/gmock.h>

namespace hopscope::test {
namespace {

class HaproxyDifferential : public ::testing::TestWithParam<ProxyCase> { };

TEST_P(HaproxyDifferential, OursSendsEachRequestWhereTheRealHaproxyDoes)
{
    const ProxyCase& each = GetParam();
    RealProxy proxy(each,
        "global\n    maxconn 50\ndefaults\n    mode http\n    timeout connect 5s\n    timeout client 10s\n    timeout server 10s\n",
        { "/usr/sbin/haproxy", "-db", "-f", "%C" });
    proxy.useSoftware("haproxy");
    EXPECT_THAT(proxy.warnings(), ::testing::IsEmpty());
    for (const ProxyCase::Try& request : each.tries)
        EXPECT_EQ(predictionOf(proxy.ours(request)), answerOf(proxy.get(request)))
            << each.name << ": " << request.host << request.target << " at " << request.address << "\n"
            << proxy.errors();
}

const std::vector<ProxyCase> haproxyCases {
    { "HostsAndPaths",
        R"conf(
frontend web
    bind :%P1
    acl is_api hdr(host) -i api.shop.example
    acl is_www hdr_beg(host) -i www.
    acl is_sub hdr_end(host) -i .tenants.example
    acl is_static path_beg /static /assets
    acl is_png path_end -i .png .jpg
    acl deep path_dir v2
    acl number path_reg ^/orders/[0-9]+$
    acl word hdr_dom(host) -i intern
    acl both hdr_sub(host) mixed
    acl both path_sub mixed
    use_backend api if is_api !is_static
    use_backend static if is_static || is_png
    use_backend www if is_www
    use_backend tenants if is_sub
    use_backend v2 if deep
    use_backend orders if number
    use_backend intern unless !word
    use_backend mixed if both
    use_backend anon if { path /anon } { hdr(host) -i -m beg a. } or { path_len gt 60 }
    default_backend main
backend api
    server a 127.0.0.2:%B
backend static
    server a 127.0.0.3:%B
backend www
    server a 127.0.0.4:%B
backend tenants
    server a 127.0.0.5:%B
backend v2
    server a 127.0.0.6:%B
backend orders
    server a 127.0.0.7:%B
backend intern
    server a 127.0.0.8:%B
backend mixed
    server a 127.0.0.9:%B
backend anon
    server a 127.0.0.10:%B
backend main
    server a 127.0.0.1:%B
)conf",
        { { "api.shop.example", "/" }, { "API.shop.example", "/x?y=1" }, { "api.shop.example", "/static/x" }, { "api.shop.example:8080", "/" },
            { "www.x", "/" }, { "x.tenants.example", "/" }, { "tenants.example", "/" }, { "h", "/a/v2/b" }, { "h", "/v2" }, { "h", "/av2/" },
            { "h", "/orders/12" }, { "h", "/orders/12/" }, { "a.intern.b", "/" }, { "aintern.b", "/" }, { "mixed", "/" }, { "h", "/x/mixedy" },
            { "a.b", "/anon" }, { "b.a", "/anon" }, { "h", "/x.PNG" }, { "h", "/x.png?v=2" }, { "h", "/staticx" },
            { "h", "/012345678901234567890123456789012345678901234567890123456789/x" } } },
    { "DynamicNamesAndMaps",
        R"conf(
frontend web
    bind :%P1
    http-request set-var(txn.host) req.hdr(host),field(1,:),lower
    use_backend %[var(txn.host),map_str(%D/hosts.map)] if { var(txn.host),map_str(%D/hosts.map) -m found }
    use_backend %[path,map_beg(%D/paths.map)] if { path_beg /m/ }
    use_backend bk_%[req.hdr(host),word(1,.)] if { hdr_end(host) .dyn.example }
    use_backend listed if { hdr(host) -i -f %D/list.txt }
    use_backend domains if { hdr(host),map_end(%D/ends.map) -m found }
    default_backend main
backend shop
    server a 127.0.0.2:%B
backend blog
    server a 127.0.0.3:%B
backend bk_one
    server a 127.0.0.4:%B
backend listed
    server a 127.0.0.5:%B
backend domains
    server a 127.0.0.6:%B
backend main
    server a 127.0.0.1:%B
)conf",
        { { "shop.example", "/" }, { "Blog.Example:99", "/" }, { "none.example", "/" }, { "x", "/m/shop" }, { "x", "/m/other" },
            { "one.dyn.example", "/" }, { "two.dyn.example", "/" }, { "in.list", "/" }, { "IN.LIST2", "/" }, { "a.end.example", "/" } },
        { { "hosts.map", "# hosts\nshop.example shop\n\nblog.example   blog\n" }, { "paths.map", "/m/shop shop\n/m/ blog\n" },
            { "list.txt", "in.list\n#no\nin.list2\n" }, { "ends.map", ".end.example x\n" } } },
    { "RulesThatAnswer",
        R"conf(
frontend web
    bind :%P1
    bind :%P2
    monitor-uri /alive
    http-request deny if { path_beg /secret }
    http-request deny deny_status 429 if { path /slow }
    http-request return status 204 if { path /nothing }
    http-request redirect location https://other.example%[path] code 302 if { path_beg /away }
    http-request redirect prefix /new if { path_beg /old }
    redirect scheme https if { path /tls } !{ ssl_fc }
    http-request set-header Host inner.example if { path_beg /inner }
    http-request set-path /pre%[path] if { path_beg /add }
    http-request replace-path ^/strip/(.*) /\1 if { path_beg /strip/ }
    http-request set-query from=set if { path /q }
    use_backend port2 if { dst_port %P2 }
    use_backend broken if { path /broken }
    use_backend empty if { path /empty }
    use_backend param if { url_param(to) b }
    use_backend methods if METH_POST
    use_backend local if { path /dst } { dst 127.0.0.0/8 }
    default_backend main
backend port2
    server a 127.0.0.2:%B
backend broken
    http-request return status 418
    server a 127.0.0.3:%B
backend empty
backend param
    http-request set-path /p
    server a 127.0.0.4:%B
backend methods
    server a 127.0.0.5:%B
backend local
    server a 127.0.0.6:%B
backend main
    server a 127.0.0.1:%B
)conf",
        { { "h", "/alive" }, { "h", "/secret/x" }, { "h", "/slow" }, { "h", "/nothing" }, { "h", "/away/x" }, { "h", "/old/x?y" }, { "h", "/tls" },
            { "h", "/inner/x" }, { "h", "/add/x?y=1" }, { "h", "/strip/a/b" }, { "h", "/q?a=b" }, { "h", "/", 2 }, { "h", "/broken" }, { "h", "/empty" },
            { "h", "/x?to=b" }, { "h", "/x?to=c" }, { "h", "/dst" } } },
    { "ListenSections",
        R"conf(
listen one
    bind 127.0.0.1:%P1
    acl x path_beg /x
    use_backend other if x
    server a 127.0.0.2:%B weight 10
    server b 127.0.0.9:%B backup
listen two
    bind 127.0.0.7:%P1
    bind *:%P2
    use-server second if { path /second }
    use-server first unless { path /second }
    server first 127.0.0.3:%B
    server second 127.0.0.4:%B
backend other
    server dead 127.0.0.9:%B disabled
    server live 127.0.0.5:%B
)conf",
        { { "h", "/" }, { "h", "/x" }, { "h", "/", 1, "127.0.0.7" }, { "h", "/second", 2 }, { "h", "/first", 2 } } },
    { "QuotesAndDefaults",
        R"conf(
defaults second
    mode http
    timeout connect 1s
    timeout client 1s
    timeout server 1s
    default-server inter 5s
global
    setenv BACK 127.0.0.3
frontend "web"
    bind :%P1 # a comment
    acl spaced hdr(host) -i "a.example" 'b.example' c\.example
    use_backend named if spaced
    default_backend main
backend named
    server a "${BACK}:%B"
backend main
    server a 127.0.0.1:%B
)conf",
        { { "a.example", "/" }, { "b.example", "/" }, { "c.example", "/" }, { "d.example", "/" } } },
};

INSTANTIATE_TEST_SUITE_P(Configurations, HaproxyDifferential, ::testing::ValuesIn(haproxyCases),
    [](const auto& each) { return each.param.name; });

}
}
