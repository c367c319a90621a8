#include "core/parse/nginxconfig.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

NginxFile parsed(std::string_view text) { return parseNginxFile("/etc/nginx/a.conf", text); }

/// "name(arguments){children}" of every directive, for short comparisons.
std::string shape(const std::vector<NginxDirective>& directives)
{
    std::string text;
    for (const NginxDirective& each : directives) {
        text += (text.empty() ? "" : " ") + each.name;
        for (const std::string& argument : each.arguments)
            text += "|" + argument;
        if (each.hasBlock)
            text += "{" + shape(each.block) + "}";
    }
    return text;
}

struct Warned {
    std::string shape;
    int line = 0;
    std::string message; ///< a part of it
};

void expectWarning(std::string_view text, const Warned& expected)
{
    const NginxFile file = parsed(text);
    EXPECT_EQ(shape(file.directives), expected.shape) << text;
    ASSERT_FALSE(file.warnings.empty()) << text;
    EXPECT_EQ(file.warnings.front().place, (model::FilePlace { "/etc/nginx/a.conf", expected.line })) << text;
    EXPECT_THAT(file.warnings.front().message, HasSubstr(expected.message)) << text;
}

TEST(NginxConfig, KeepsNameArgumentsAndLineOfEachDirective)
{
    const NginxFile file = parsed("worker_processes auto;\nhttp {\n\tserver {\n  listen 80\n default_server;\n}\n}\n");
    ASSERT_THAT(file.directives, SizeIs(2));
    EXPECT_EQ(shape(file.directives), "worker_processes|auto http{server{listen|80|default_server}}");
    EXPECT_EQ(file.directives[1].line, 2);
    EXPECT_EQ(file.directives[1].block.at(0).block.at(0).line, 4);
    EXPECT_THAT(file.warnings, IsEmpty());
}

struct Reading {
    std::string name;
    std::string text;
    std::string shape;
};

void PrintTo(const Reading& each, std::ostream* stream) { *stream << each.name; }

class NginxTokens : public ::testing::TestWithParam<Reading> { };

TEST_P(NginxTokens, AreReadAsNginxDoes)
{
    const NginxFile file = parsed(GetParam().text);
    EXPECT_EQ(shape(file.directives), GetParam().shape);
    EXPECT_THAT(file.warnings, IsEmpty()) << file.warnings.front().message;
}

INSTANTIATE_TEST_SUITE_P(Table, NginxTokens,
    ::testing::Values(Reading { "QuotesComeOff", "a \"b c\" 'd \" e';", "a|b c|d \" e" },
        Reading { "QuoteInsideAWordStays", "a b\"c d'e;", "a|b\"c|d'e" },
        Reading { "EscapedQuotes", R"(a "b\"c" 'd\'e' f\"g;)", "a|b\"c|d'e|f\"g" },
        Reading { "BackslashStaysBeforeOthers", R"(location ~ \.php$ { })", "location|~|\\.php${}" },
        Reading { "EscapedSemicolonAndBlank", R"(a b\;c d\ e;)", "a|b\\;c|d\\ e" },
        Reading { "ControlEscapes", R"(a "b\tc\nd";)", "a|b\tc\nd" },
        Reading { "DoubleBackslash", R"(a b\\c;)", "a|b\\c" },
        Reading { "Variables", "a http://${b}c:80$d;", "a|http://${b}c:80$d" },
        Reading { "BlockAfterVariable", "if ($a) { b; }", "if|($a){b}" },
        Reading { "BlockRightAfterAWord", "server{listen 80;}", "server{listen|80}" },
        Reading { "SemicolonInQuotes", "a \"b;{}c\"; d;", "a|b;{}c d" },
        Reading { "ClosingBracketAfterQuote", "if ($a ~ \"b\") { }", "if|($a|~|b|){}" },
        Reading { "Comments", "# x { ;\na b; # c\n#d;\ne f#g;", "a|b e|f#g" },
        Reading { "QuotesInComments", "# don't\na b; # \"x\nc;", "a|b c" },
        Reading { "EmptyText", "", "" },
        Reading { "OnlyBlanks", " \r\n\t\n", "" },
        Reading { "WindowsLines", "a b;\r\nc {\r\n d;\r\n}\r\n", "a|b c{d}" },
        Reading { "ByteOrderMark", "\xEF\xBB\xBF"
                                   "a b;",
            "a|b" },
        Reading { "NotUtf8", "a \xff\xfe;", "a|\xff\xfe" },
        Reading { "StringOverLines", "log_format m 'a'\n 'b\nc';", "log_format|m|a|b\nc" },
        Reading { "MapRows", "map $a $b { default x; ~^y z; \"\" w; }", "map|$a|$b{default|x ~^y|z |w}" },
        Reading { "LuaBlock", "content_by_lua_block { if x then y = \"}\" end -- }\n local t = { [[ } ]] } } a;",
            "content_by_lua_block{} a" },
        Reading { "LuaBlockWithArgument", "set_by_lua_block $x { return '{' }\nb;", "set_by_lua_block|$x{} b" },
        Reading { "RegexWithBraces", "location ~ \"^/n{3}$\" { a; }", "location|~|^/n{3}${a}" }),
    [](const auto& each) { return each.param.name; });

TEST(NginxConfig, NamesTheLineOfABlockThatIsNeverClosed)
{
    expectWarning("http {\n server {\n  listen 80;\n", { "http{server{listen|80}}", 2, "never closed" });
}

TEST(NginxConfig, KeepsWhatFollowsABraceTooMany)
{
    expectWarning("a;\n}\nb;\n", { "a b", 2, "no block is open" });
}

TEST(NginxConfig, KeepsADirectiveWhoseSemicolonIsMissing)
{
    expectWarning("server {\n proxy_pass http://a:1\n}\nb;", { "server{proxy_pass|http://a:1} b", 2, "not ended" });
    expectWarning("proxy_pass http://a:1\nproxy_set_header Host $host;\n", { "proxy_pass|http://a:1 proxy_set_header|Host|$host", 1, "line 2" });
    expectWarning("listen 80", { "listen|80", 1, "end of file" });
}

TEST(NginxConfig, KeepsWhatFollowsAQuoteThatIsNeverClosed)
{
    expectWarning("a \"b;\nc d;\n", { "a|b c|d", 1, "never closed" });
    expectWarning("a 'b;\nc 'd';\ne;", { "a|b c|d e", 1, "never closed" });
}

TEST(NginxConfig, ToleratesABlockWithoutAName) { expectWarning("{ a b; }\nc;", { "{a|b} c", 1, "no name" }); }

TEST(NginxConfig, KeepsTemplatePlaceholdersAsText)
{
    expectWarning("server {\n  listen {{ port }};\n}", { "server{listen|{{ port }}}", 2, "{{ port }}" });
    expectWarning("{% if tls %}\nlisten 443;\n{% endif %}\n", { "listen|443", 1, "{% if tls %}" });
    expectWarning("proxy_pass http://<%= @ip %>:80;", { "proxy_pass|http://<%= @ip %>:80", 1, "<%= @ip %>" });
    expectWarning("upstream {{ name }} {\n server {{ a }}:{{ b }};\n}", { "upstream|{{ name }}{server|{{ a }}:{{ b }}}", 1, "name" });
}

TEST(NginxConfig, SurvivesVeryDeepBlocks)
{
    std::string text;
    for (int i = 0; i < 100000; ++i)
        text += "a {";
    const NginxFile file = parsed(text + "b;");
    EXPECT_THAT(file.warnings, testing::Not(IsEmpty()));
    const NginxFile closed = parsed(text + "b;" + std::string(100000, '}') + " c;");
    EXPECT_EQ(closed.directives.back().name, "c");
}

TEST(NginxConfig, ListsAtMostAFewHundredWarnings)
{
    EXPECT_LE(parsed(std::string(100000, '}')).warnings.size(), 200u);
}

TEST(NginxConfig, ReadsAVeryLongLine)
{
    const std::string word(1 << 20, 'x');
    const NginxFile file = parsed("a " + word + ";\nb;");
    ASSERT_THAT(file.directives, SizeIs(2));
    EXPECT_EQ(file.directives[0].arguments[0].size(), word.size());
    EXPECT_EQ(file.directives[1].line, 2);
}

/// Anything in time of its length: a hundred thousand lines of what used to be a trap.
TEST(NginxConfig, StaysLinearOnTraps)
{
    for (const std::string line : { "a 'b\n", "a \"b;\n", "a {{ b\n", "a [[ b;\n", "x_by_lua_block { [[ \n", "a <% b;\n", "\\\n", "a b\\;" }) {
        std::string text;
        for (int i = 0; i < 100000; ++i)
            text += line;
        EXPECT_LE(parsed(text).warnings.size(), 200u);
    }
}

NginxConfig loaded(const std::vector<std::pair<std::string, std::string>>& files, const std::string& main = "/etc/nginx/nginx.conf")
{
    std::vector<model::ConfigFile> all;
    for (const auto& [path, text] : files)
        all.push_back({ path, text, {}, {} });
    return loadNginxConfig(all, main);
}

TEST(NginxInclude, PutsFilesInTheirPlaceWithTheirOwnLines)
{
    const NginxConfig config = loaded({ { "/etc/nginx/nginx.conf", "a;\nhttp { include conf.d/*.conf; b; }\n" },
        { "/etc/nginx/conf.d/z.conf", "z;" }, { "/etc/nginx/conf.d/a.conf", "\n\nfirst;" }, { "/etc/nginx/conf.d/.hidden.conf", "no;" },
        { "/etc/nginx/conf.d/sub/x.conf", "no;" } });
    EXPECT_EQ(shape(config.directives), "a http{first z b}");
    EXPECT_EQ(config.place(config.directives[1].block[0]), (model::FilePlace { "/etc/nginx/conf.d/a.conf", 3 }));
    EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(NginxInclude, IsRelativeToTheMainFileAlsoFromWithinOthers)
{
    const NginxConfig config = loaded({ { "/etc/nginx/nginx.conf", "include sites/a;" }, { "/etc/nginx/sites/a", "include snippets/b;" },
        { "/etc/nginx/snippets/b", "b;" } });
    EXPECT_EQ(shape(config.directives), "b");
}

TEST(NginxInclude, WarnsOfAMissingFileButNotOfAnEmptyPattern)
{
    const NginxConfig config = loaded({ { "/etc/nginx/nginx.conf", "include none/*.conf;\ninclude gone.conf;\na;" } });
    EXPECT_EQ(shape(config.directives), "a");
    ASSERT_THAT(config.warnings, SizeIs(1));
    EXPECT_EQ(config.warnings[0].place, (model::FilePlace { "/etc/nginx/nginx.conf", 2 }));
    EXPECT_THAT(config.warnings[0].message, HasSubstr("gone.conf"));
}

TEST(NginxInclude, EndsWhereFilesIncludeEachOther)
{
    const NginxConfig config = loaded({ { "/etc/nginx/nginx.conf", "include a;\nx;" }, { "/etc/nginx/a", "include b;" }, { "/etc/nginx/b", "y; include a; include nginx.conf;" } });
    EXPECT_EQ(shape(config.directives), "y x");
    EXPECT_THAT(config.warnings, SizeIs(2));
}

TEST(NginxInclude, EndsWhereFilesMultiply)
{
    std::vector<std::pair<std::string, std::string>> files { { "/etc/nginx/nginx.conf", "include f0;" } };
    for (int i = 0; i < 30; ++i)
        files.push_back({ "/etc/nginx/f" + std::to_string(i), "include f" + std::to_string(i + 1) + "; include f" + std::to_string(i + 1) + ";" });
    files.push_back({ "/etc/nginx/f30", "a;" });
    EXPECT_THAT(loaded(files).warnings, testing::Not(IsEmpty()));
}

TEST(NginxInclude, FindsACopyOfTheConfigurationElsewhere)
{
    const NginxConfig config = loaded({ { "copy/nginx/nginx.conf", "include /etc/nginx/sites-enabled/*;\ninclude /etc/nginx/mime.types;" },
                                          { "copy/nginx/sites-enabled/shop", "a;" }, { "copy/nginx/mime.types", "b;" } },
        "copy/nginx/nginx.conf");
    EXPECT_EQ(shape(config.directives), "a b");
    EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(NginxInclude, ReportsAMainFileThatIsNotThere)
{
    const NginxConfig config = loaded({});
    EXPECT_THAT(config.directives, IsEmpty());
    ASSERT_THAT(config.warnings, SizeIs(1));
}

TEST(NginxDump, IsSplitIntoItsFiles)
{
    const std::vector<model::ConfigFile> files = splitNginxDump("nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n"
                                                               "# configuration file /etc/nginx/nginx.conf:\nhttp {\n}\n\n"
                                                               "# configuration file /etc/nginx/a b.conf:\r\n# configuration file x\nb;\n");
    ASSERT_THAT(files, SizeIs(2));
    EXPECT_EQ(files[0].path, "/etc/nginx/nginx.conf");
    EXPECT_EQ(files[0].text, "http {\n}\n");
    EXPECT_EQ(files[0].source.line, 2);
    EXPECT_EQ(files[1].path, "/etc/nginx/a b.conf");
    EXPECT_EQ(files[1].text, "# configuration file x\nb;\n");
    EXPECT_THAT(splitNginxDump(""), IsEmpty());
}

}
}
