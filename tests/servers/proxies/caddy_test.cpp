#include "differential.h"

#include <gmock/gmock.h>

namespace hopscope::test {
namespace {

class CaddyDifferential : public ::testing::TestWithParam<ProxyCase> { };

TEST_P(CaddyDifferential, OursSendsEachRequestWhereTheRealCaddyDoes)
{
    const ProxyCase& each = GetParam();
    RealProxy proxy(each, "{\n\tadmin off\n\tauto_https off\n}\n",
        { "/usr/bin/env", "XDG_CONFIG_HOME=%C.state", "XDG_DATA_HOME=%C.state", "/usr/bin/caddy", "run", "--adapter", "caddyfile", "--config", "%C" });
    proxy.useSoftware("caddy");
    EXPECT_THAT(proxy.warnings(), ::testing::IsEmpty());
    std::vector<std::string> answers;
    for (const ProxyCase::Try& request : each.tries) {
        answers.push_back(answerOf(proxy.get(request)));
        EXPECT_EQ(predictionOf(proxy.ours(request)), answers.back())
            << each.name << ": " << request.host << request.target << " at " << request.address << "\n"
            << proxy.errors();
    }
    // What the admin API would say: the JSON that it made of the file.
    model::SoftwareConfig running;
    running.software = "caddy";
    running.files = { { "admin /config/", contentOf(proxy.configurationFile() + ".state/caddy/autosave.json"), {}, {} } };
    ASSERT_THAT(running.files.front().text, ::testing::HasSubstr("\"apps\""));
    proxy.use(running);
    for (std::size_t i = 0; i < answers.size(); ++i)
        EXPECT_EQ(predictionOf(proxy.ours(each.tries[i])), answers[i]) << each.name << ", JSON: " << each.tries[i].host << each.tries[i].target;
}

const std::vector<ProxyCase> caddyCases {
    { "SitesByName",
        R"conf(
http://shop.example:%P1, http://www.shop.example:%P1 {
	reverse_proxy 127.0.0.2:%B
}
http://*.shop.example:%P1 {
	reverse_proxy 127.0.0.3:%B
}
http://shop.example:%P1/admin* {
	reverse_proxy 127.0.0.4:%B
}
http://:%P1 {
	reverse_proxy 127.0.0.5:%B
}
http://*.*.deep.example:%P1 {
	reverse_proxy 127.0.0.6:%B
}
http://UPPER.example:%P1 {
	reverse_proxy 127.0.0.7:%B
}
http://only.example:%P2 {
	reverse_proxy 127.0.0.8:%B
}
)conf",
        { { "shop.example", "/" }, { "www.shop.example", "/" }, { "a.shop.example", "/" }, { "a.b.shop.example", "/" },
            { "shop.example", "/admin/x" }, { "shop.example", "/ADMIN" }, { "other.example", "/" }, { "a.b.deep.example", "/" },
            { "a.deep.example", "/" }, { "Upper.Example", "/" }, { "only.example", "/", 2 }, { "none.example", "/", 2 },
            { "shop.example:99", "/" } } },
    { "OrderOfDirectives",
        R"conf(
http://:%P1 {
	reverse_proxy 127.0.0.1:%B
	reverse_proxy /api/* 127.0.0.2:%B
	reverse_proxy /api/v2/* 127.0.0.3:%B
	reverse_proxy /api/v2 127.0.0.4:%B
	reverse_proxy *.json 127.0.0.5:%B
	respond /health "fine" 204
	redir /old /new 301
	redir /gone https://other.example{uri}
	error /teapot 418
	rewrite /re/* /rewritten{uri}
	uri /strip/* strip_prefix /strip
	uri /suffix/* strip_suffix .html
	uri /swap/* replace /swap/ /changed/
	@get method POST
	reverse_proxy @get 127.0.0.6:%B
	@q query to=seven
	reverse_proxy @q 127.0.0.7:%B
	@not {
		not path /api/* /x/*
		path_regexp num ^/n/([0-9]+)$
	}
	rewrite @not /number/{re.num.1}
	@h header X-None *
	reverse_proxy @h 127.0.0.8:%B
	@host host a.example b.example
	reverse_proxy @host 127.0.0.9:%B
}
)conf",
        { { "x.example", "/" }, { "x.example", "/api/x" }, { "x.example", "/api/v2/x" }, { "x.example", "/api/v2" }, { "x.example", "/API/y" },
            { "x.example", "/y.json" }, { "x.example", "/health" }, { "x.example", "/old" }, { "x.example", "/gone/?a=b" }, { "x.example", "/gone?a=b" },
            { "x.example", "/teapot" }, { "x.example", "/re/a?b=c" }, { "x.example", "/strip/me?x=1" }, { "x.example", "/suffix/a.html" },
            { "x.example", "/swap/a" }, { "x.example", "/?to=seven" }, { "x.example", "/n/42" }, { "x.example", "/n/x" }, { "a.example", "/z" },
            { "b.example", "/api/v2/z" }, { "x.example", "/api%2fx" } } },
    { "HandlesAndRoutes",
        R"conf(
(backend) {
	reverse_proxy {args.0}:%B {
		header_up X-Snippet {args.1}
	}
}
http://:%P1 {
	handle_path /api/* {
		import backend 127.0.0.2 one
	}
	handle /app* {
		rewrite * /inner{uri}
		import backend 127.0.0.3 two
	}
	handle /app/special/* {
		import backend 127.0.0.4 three
	}
	route /route/* {
		uri strip_prefix /route
		reverse_proxy /first 127.0.0.5:%B
		reverse_proxy 127.0.0.6:%B
		respond "never"
	}
	handle /nested/* {
		handle /nested/a/* {
			import backend 127.0.0.7 four
		}
		handle {
			respond 403
		}
	}
	@tenant header_regexp t Host ^([a-z]+)\.tenant\.example
	handle @tenant {
		reverse_proxy 127.0.0.8:%B {
			header_up Host {re.t.1}.internal
			rewrite /t/{re.t.1}{uri}
		}
	}
	handle {
		redir https://{host}{uri} permanent
	}
}
)conf",
        { { "x.example", "/api/users?q=1" }, { "x.example", "/api" }, { "x.example", "/app/x" }, { "x.example", "/app/special/y" },
            { "x.example", "/route/first" }, { "x.example", "/route/other?k" }, { "x.example", "/nested/a/b" }, { "x.example", "/nested/b" },
            { "acme.tenant.example", "/p?x=y" }, { "x.example", "/rest?x" } } },
    { "Imports",
        R"conf(
import %D/sites/*.caddy
import %D/one.conf
)conf",
        { { "a.example", "/" }, { "b.example", "/x" }, { "c.example", "/" } },
        { { "sites/a.caddy", "http://a.example:%P1 {\n\timport ../common.conf\n\treverse_proxy 127.0.0.2:%B\n}\n" },
            { "sites/b.caddy", "http://b.example:%P1 {\r\n\treverse_proxy http://127.0.0.3:%B # comment\r\n\tlog {\r\n\t}\r\n}\r\n" },
            { "common.conf", "header X-Common `a { b`\nrequest_header X-Long \"one two\"\n" },
            { "one.conf", "http://c.example:%P1 {\n\treverse_proxy \\\n\t\t127.0.0.4:%B\n}\n" } } },
    { "FilesAndFallbacks",
        R"conf(
http://static.example:%P1 {
	root * %D/root
	file_server
}
http://spa.example:%P1 {
	root * %D/root
	handle /api/* {
		reverse_proxy 127.0.0.2:%B
	}
	handle {
		try_files {path} /index.html
		file_server
	}
}
http://mixed.example:%P1 {
	root * %D/root
	@missing not file
	reverse_proxy @missing 127.0.0.3:%B
	file_server
}
)conf",
        { { "static.example", "/a.txt" }, { "spa.example", "/api/x" }, { "spa.example", "/a.txt" }, { "spa.example", "/users/7" },
            { "mixed.example", "/a.txt" }, { "mixed.example", "/users/7" } },
        { { "root/a.txt", "text" }, { "root/index.html", "<html>" } } },
};

INSTANTIATE_TEST_SUITE_P(Caddy, CaddyDifferential, ::testing::ValuesIn(caddyCases), [](const auto& each) { return each.param.name; });

}
}
