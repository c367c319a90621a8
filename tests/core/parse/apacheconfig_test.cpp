#include "core/parse/apacheconfig.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ApacheConfig loaded(const std::string& text, const ApacheRuntime& runtime = {})
{
    return loadApacheConfig({ { "/etc/apache2/apache2.conf", text, {}, {} } }, "/etc/apache2/apache2.conf", runtime);
}

std::vector<std::string> names(const ApacheConfig& config)
{
    std::vector<std::string> result;
    for (const ApacheDirective& each : config.directives)
        result.push_back(each.name);
    return result;
}

TEST(ApacheWords, AreReadAsApacheReadsThem)
{
    EXPECT_THAT(apacheWords(R"(/a "b c" 'd "e"' f\.g)"), ElementsAre("/a", "b c", "d \"e\"", "f\\.g"));
    EXPECT_THAT(apacheWords(R"("say \"x\" \\ \d")"), ElementsAre("say \"x\" \\ \\d"));
    EXPECT_THAT(apacheWords("\"open"), ElementsAre("open"));
    EXPECT_THAT(apacheWords("  "), IsEmpty());
}

TEST(ApacheConfig, KeepsSectionsWithTheirLines)
{
    const ApacheConfig config = loaded("\xEF\xBB\xBFListen 80\r\n<VirtualHost *:80>\r\n  ProxyPass / \\\r\n    http://a:1/\r\n  # no\r\n</VirtualHost>\r\n");
    EXPECT_THAT(names(config), ElementsAre("listen", "virtualhost"));
    ASSERT_THAT(config.directives[1].block, SizeIs(1));
    EXPECT_THAT(config.directives[1].block[0].arguments, ElementsAre("/", "http://a:1/"));
    EXPECT_EQ(config.directives[1].block[0].line, 3);
    EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(ApacheConfig, DecidesConditionsWhileItReads)
{
    EXPECT_THAT(names(loaded("<IfModule mod_x.c>\na 1\n</IfModule>\n<IfDefine D>\nb 1\n</IfDefine>\n<IfVersion >= 2.4.10>\nc 1\n</IfVersion>\n")), ElementsAre("a", "c"));
    EXPECT_THAT(names(loaded("<IfModule mod_x.c>\na 1\n</IfModule>\n<IfModule !x_module>\nn 1\n</IfModule>\n<IfDefine D>\nb 1\n<IfDefine !E>\nd 1\n</IfDefine>\n</IfDefine>\n"
                            "<IfVersion < 2.4>\nc 1\n</IfVersion>\n",
                    { { "D" }, { "ssl_module" }, {}, "2.4.57" })),
        ElementsAre("n", "b", "d"));
    EXPECT_THAT(names(loaded("LoadModule proxy_module modules/mod_proxy.so\n<IfModule mod_proxy.c>\na 1\n</IfModule>\n<IfModule mod_ssl.c>\nb 1\n</IfModule>\n")),
        ElementsAre("loadmodule", "a"));
}

TEST(ApacheConfig, FillsDefinesAndMacros)
{
    const ApacheConfig config = loaded("Define port 8080\n<Macro M $host $hostname>\nServerName $hostname\nProxyPass / http://$host:${port}/\n</Macro>\nUse M a.b c.d\nUnDefine port\nx ${port}\n");
    ASSERT_THAT(names(config), ElementsAre("define", "servername", "proxypass", "undefine", "x"));
    EXPECT_EQ(config.directives[1].arguments[0], "c.d");
    EXPECT_EQ(config.directives[2].arguments[1], "http://a.b:8080/");
    EXPECT_EQ(config.directives[2].line, 4);
    ASSERT_THAT(config.warnings, SizeIs(1));
    EXPECT_EQ(config.warnings[0].place.line, 8);
}

TEST(ApacheConfig, FindsIncludesOfServerRootAndOfCopies)
{
    const auto load = [](const std::string& main, const std::string& include, const std::string& path) {
        return names(loadApacheConfig({ { main, "IncludeOptional " + include + "\n", {}, {} }, { path, "found 1\n", {}, {} } }, main, {}));
    };
    EXPECT_THAT(load("/etc/apache2/apache2.conf", "sites-enabled/*.conf", "/etc/apache2/sites-enabled/a.conf"), ElementsAre("found"));
    EXPECT_THAT(load("/etc/httpd/conf/httpd.conf", "conf.d/*.conf", "/etc/httpd/conf.d/a.conf"), ElementsAre("found"));
    EXPECT_THAT(load("copy/apache2/apache2.conf", "/etc/apache2/sites-enabled/", "copy/apache2/sites-enabled/a"), ElementsAre("found"));
    EXPECT_THAT(load("copy/conf/httpd.conf", "/etc/httpd/conf.d/*.conf", "copy/conf.d/a.conf"), ElementsAre("found"));
    EXPECT_THAT(load("/etc/apache2/apache2.conf", "other/*.conf", "/etc/apache2/sites-enabled/a.conf"), IsEmpty());
}

TEST(ApacheConfig, SaysWhereItIsWrongAndReadsOn)
{
    const ApacheConfig config = loaded("<VirtualHost *:80>\n<Location /x>\nProxyPass http://a:1\n</VirtualHost>\n</Directory>\nInclude missing.conf\nUse Nothing\n<Proxy *\nlast 1\n");
    std::vector<int> lines;
    for (const model::ConfigWarning& warning : config.warnings)
        lines.push_back(warning.place.line);
    EXPECT_THAT(lines, ::testing::UnorderedElementsAre(2, 5, 6, 7, 8, 8));
    EXPECT_EQ(config.directives[0].block[0].block[0].arguments[0], "http://a:1");
    EXPECT_EQ(config.directives.back().block[0].name, "last");
}

TEST(ApacheConfig, SaysWhichDirectiveIsMisspelled)
{
    const ApacheConfig config = loaded("ProxyPas / http://a/\nSecRuleEngine On\nPassengerEnabled on\nServerAlais x\nServerName y\n");
    ASSERT_THAT(config.warnings, SizeIs(2));
    EXPECT_EQ(config.warnings[0].place.line, 1);
    EXPECT_THAT(config.warnings[0].message, HasSubstr("proxypass"));
    EXPECT_EQ(config.warnings[1].place.line, 4);
}

TEST(ApacheConfig, EndsWhereIncludesAndMacrosAreEndless)
{
    const ApacheConfig config = loadApacheConfig({ { "/a/httpd.conf", "Include b.conf\n<Macro M>\nUse M\nUse M\n</Macro>\nUse M\n", {}, {} }, { "/a/b.conf", "Include httpd.conf\nInclude b.conf\nx 1\n", {}, {} } },
        "/a/httpd.conf", {});
    EXPECT_THAT(names(config), ElementsAre("x"));
    EXPECT_FALSE(config.warnings.empty());
    EXPECT_THAT(config.warnings[0].message, HasSubstr("includes itself"));
}

TEST(ApacheConfig, TakesTheEnvironmentFromEnvvars)
{
    const ApacheConfig config = loadApacheConfig({ { "/etc/apache2/apache2.conf", "User ${APACHE_RUN_USER}\nErrorLog ${APACHE_LOG_DIR}/e.log\n", {}, {} },
                                                     { "/etc/apache2/envvars", "unset HOME\nexport APACHE_RUN_USER=shop\nexport APACHE_LOG_DIR=/srv/logs$SUFFIX\n", {}, {} } },
        "/etc/apache2/apache2.conf", {});
    EXPECT_EQ(config.directives[0].arguments[0], "shop");
    EXPECT_EQ(config.directives[1].arguments[0], "/srv/logs/e.log");
}

}
}
