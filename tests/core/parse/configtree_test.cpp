#include "core/parse/configtree.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const ConfigTree& only(const ConfigDocuments& read)
{
    static const ConfigTree none;
    EXPECT_THAT(read.documents, SizeIs(1));
    return read.documents.empty() ? none : read.documents.front();
}

std::vector<int> warned(const ConfigDocuments& read)
{
    std::vector<int> lines;
    for (const model::ConfigWarning& warning : read.warnings)
        lines.push_back(warning.place.line);
    return lines;
}

TEST(ConfigTreeTest, EndsWhereYamlCppWouldReadOneLineForEver)
{
    for (const char* text : { ", namespace: web}\n", "a: 1\n, namespace: web}\nb: 2\n", "}\n", "? ,\n" }) {
        const ConfigDocuments read = parseYaml("broken.yaml", text);
        EXPECT_FALSE(read.warnings.empty()) << text;
    }
}

TEST(ConfigTree, ReadsTheSameFromYamlJsonAndToml)
{
    const ConfigDocuments yaml = parseConfigTree("a.yml", "http:\n  services:\n    shop:\n      servers:\n        - url: \"http://a:1\"\n        - url: http://b:2\n      sticky: true\n");
    const ConfigDocuments json = parseConfigTree("a.json", "{\"http\":\n {\"services\":\n  {\"shop\":\n   {\"servers\": [\n {\"url\": \"http://a:1\"},\n {\"url\": \"http://b:2\"}],\n \"sticky\": true}}}}");
    const ConfigDocuments toml = parseConfigTree("a.toml", "[http.services.shop]\nsticky = true\n[[http.services.shop.servers]]\nurl = \"http://a:1\"\n[[http.services.shop.servers]]\nurl = \"http://b:2\"\n");
    for (const ConfigDocuments* read : { &yaml, &json, &toml }) {
        EXPECT_THAT(read->warnings, IsEmpty());
        const ConfigTree& shop = only(*read).in({ "http", "services", "shop" });
        EXPECT_TRUE(shop.flag("sticky", false));
        ASSERT_THAT(shop.at("servers").items, SizeIs(2));
        EXPECT_EQ(shop.at("servers").items[1].text("url"), "http://b:2");
    }
    EXPECT_EQ(only(yaml).in({ "http", "services", "shop", "servers" }).items[1].at("url").line, 6);
    EXPECT_EQ(only(json).in({ "http", "services", "shop", "servers" }).items[1].at("url").line, 6);
    EXPECT_EQ(only(toml).in({ "http", "services", "shop", "servers" }).items[1].at("url").line, 6);
}

TEST(ConfigTree, KeepsWhatCanBeReadAroundABadLine)
{
    const ConfigDocuments yaml = parseYaml("a.yml", "a: 1\nb: [1, 2\nc: 3\n");
    EXPECT_FALSE(yaml.warnings.empty());
    EXPECT_EQ(only(yaml).text("a"), "1");
    const ConfigDocuments toml = parseToml("a.toml", "a = 1\nb = = 2\nc = 3\n");
    EXPECT_THAT(warned(toml), ElementsAre(2));
    EXPECT_EQ(only(toml).text("c"), "3");
    const ConfigDocuments json = parseJson("a.json", "{\n\"a\": 1,\n\"b\": [1, 2,],\n\"c\": 3\n\"d\": 4,\n}");
    EXPECT_THAT(warned(json), ElementsAre(5));
    EXPECT_EQ(only(json).text("d"), "4");
}

TEST(ConfigTree, ReadsTemplatesThatNobodyRendered)
{
    const ConfigDocuments read = parseYaml("a.yml", "a:\n{{- if .Values.x }}\n  b: {{ .Values.b }}\n{{- end }}\n  c: 1\n");
    EXPECT_EQ(only(read).in({ "a", "c" }).scalar, "1");
    EXPECT_EQ(only(read).in({ "a", "b" }).scalar, "_template_");
    EXPECT_THAT(read.warnings, SizeIs(1));
}

TEST(ConfigTree, CopiesAliasesAndMergesMaps)
{
    const ConfigTree tree = only(parseYaml("a.yml", "x: &base\n  a: 1\n  b: 2\ny:\n  <<: *base\n  b: 3\nz: *base\n"));
    EXPECT_EQ(tree.in({ "y", "a" }).scalar, "1");
    EXPECT_EQ(tree.in({ "y", "b" }).scalar, "3");
    EXPECT_EQ(tree.in({ "z", "b" }).scalar, "2");
}

TEST(ConfigTree, EndsOnHostileFiles)
{
    std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 12; ++i) {
        laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j)
            laughs += (j ? ",*a" : "*a") + std::to_string(i - 1);
        laughs += "]\n";
    }
    EXPECT_FALSE(parseYaml("a.yml", laughs).warnings.empty());
    for (const char* path : { "a.yml", "a.json", "a.toml" })
        for (const std::string& text : { std::string(100'000, '['), std::string(100'000, '{'), std::string("\0\xff\xfe{", 4), std::string("a: b: c:\n\t- x\n \t{{"), std::string("{\"a\":"), std::string() }) {
            const ConfigDocuments read = parseConfigTree(path, text);
            EXPECT_LE(read.documents.size(), 1'000u);
        }
}

TEST(JsonTree, ATextThatTheFilesEndCutsOffIsAWarning)
{
    for (const char* text : { "{\"a\": \"b", "{\"a\": [{\"b\": \"c\\", "{\"a", "[\"", "\"\\u00", "{\"a\": \"" }) {
        const ConfigDocuments read = parseJson("x.json", text);
        EXPECT_FALSE(read.warnings.empty() && text[0] != '"') << text;
    }
}

}
}
