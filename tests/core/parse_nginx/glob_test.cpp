#include "core/parse/glob.h"

#include <gtest/gtest.h>

namespace hopscope::parse {
namespace {

TEST(MatchesPath, FollowsTheShellsRules)
{
    EXPECT_TRUE(matchesPath("/a/*.conf", "/a/x.conf"));
    EXPECT_TRUE(matchesPath("/a/*", "/a/x"));
    EXPECT_TRUE(matchesPath("/a/b?.conf", "/a/b1.conf"));
    EXPECT_TRUE(matchesPath("/a/[0-9]*-x", "/a/10-x"));
    EXPECT_TRUE(matchesPath("/a/[!x]*", "/a/yes"));
    EXPECT_TRUE(matchesPath("/*/c/*.conf", "/b/c/d.conf"));
    EXPECT_TRUE(matchesPath("a**b", "a-b"));
    EXPECT_FALSE(matchesPath("/a/*", "/a/b/c"));
    EXPECT_FALSE(matchesPath("/a/*", "/a/.hidden"));
    EXPECT_FALSE(matchesPath("/a/*.conf", "/a/x.conf~"));
    EXPECT_FALSE(matchesPath("/a/[!x]*", "/a/xs"));
    EXPECT_FALSE(matchesPath("/a/?", "/a/"));
    EXPECT_FALSE(matchesPath("/a/b", "/a"));
    EXPECT_TRUE(matchesPath("/a/[b", "/a/[b"));
}

TEST(MatchesPath, StaysQuickWithManyStars)
{
    std::string pattern;
    for (int i = 0; i < 1000; ++i)
        pattern += "*a";
    EXPECT_FALSE(matchesPath(pattern, std::string(2000, 'a') + "b"));
}

}
}
