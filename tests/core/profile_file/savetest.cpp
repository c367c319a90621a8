#include "core/profile/profilefile.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace hopscope;
using testing::HasSubstr;
using testing::Not;

namespace {

const std::string annotatedShop = R"({
  "schema": "hopscope.profile/1",
  "team": {"pager": "+1", "deep": [{"x": null}]},
  "name": "shop",
  "url": "https://shop.example/",
  "hosts": [
    {"colour": "red", "name": "edge", "ssh": {"alias": "shop-edge", "comment": "eu"}},
    {"name": "app1", "ssh": {"host": "203.0.113.7", "port": 22}, "rank": 2}
  ],
  "checks": {"intervalSeconds": 5, "timeoutSeconds": 30, "controlTarget": null, "extra": 1.5},
  "baseline": null
})";

class SaveProfile : public testing::Test {
protected:
    void SetUp() override
    {
        m_folder = std::filesystem::temp_directory_path() / ("hopscope-save-" + std::to_string(::getpid()));
        std::filesystem::create_directories(m_folder);
    }
    void TearDown() override { std::filesystem::remove_all(m_folder); }

    std::string read(const std::filesystem::path& path)
    {
        std::stringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }

    std::filesystem::path m_folder;
};

model::Profile loaded(const std::string& text)
{
    auto profile = profile::parseProfile(text, "test");
    EXPECT_TRUE(profile) << profile.error().text();
    return *profile;
}

model::Profile withoutDocument(model::Profile profile)
{
    profile.document.clear();
    return profile;
}

}

TEST_F(SaveProfile, WritesAnUntouchedProfileBackByteForByteInMeaningAndOrder)
{
    const std::string once = profile::profileJson(loaded(annotatedShop));
    EXPECT_EQ(profile::profileJson(loaded(once)), once);
    EXPECT_LT(once.find("\"team\""), once.find("\"name\""));
    EXPECT_LT(once.find("\"colour\""), once.find("\"alias\""));
}

TEST_F(SaveProfile, KeepsUnknownKeysAtEveryLevel)
{
    const std::string text = profile::profileJson(loaded(annotatedShop));
    for (const char* kept : { "\"pager\": \"+1\"", "\"x\": null", "\"colour\": \"red\"", "\"comment\": \"eu\"", "\"extra\": 1.5", "\"rank\": 2" })
        EXPECT_THAT(text, HasSubstr(kept));
}

TEST_F(SaveProfile, KeepsAHostsUnknownKeysWhereHostsMoveOrAreRenamed)
{
    model::Profile profile = loaded(annotatedShop);
    std::swap(profile.hosts[0], profile.hosts[1]);
    std::string text = profile::profileJson(profile);
    EXPECT_LT(text.find("\"rank\": 2"), text.find("\"colour\": \"red\""));

    profile = loaded(annotatedShop);
    profile.hosts[0].name = base::HostId("front");
    text = profile::profileJson(profile);
    EXPECT_THAT(text, HasSubstr("\"colour\": \"red\""));
    EXPECT_THAT(text, HasSubstr("\"name\": \"front\""));

    profile.hosts.erase(profile.hosts.begin());
    EXPECT_THAT(profile::profileJson(profile), Not(HasSubstr("colour")));
}

TEST_F(SaveProfile, RoundTripsEveryField)
{
    model::Profile profile;
    profile.name = "n\"ame\n";
    profile.url = "https://shop.example:8443/a?b=c";
    profile.resolve = "::1";
    profile.hosts.push_back({ base::HostId("edge"), false, { "al", "", base::Port(2200), "u", "~/k", "" } });
    profile.hosts.push_back({ base::HostId("app"), false, { "", "fe80::1%eth0", std::nullopt, "", "", "edge" } });
    profile.hosts.push_back({ base::HostId("me"), true, {} });
    profile.checks = { base::Milliseconds(1500), base::Milliseconds(60000), "h:1" };
    profile.baseline = R"({"nodes":["x"]})";
    EXPECT_EQ(withoutDocument(loaded(profile::profileJson(profile))), profile);
}

TEST_F(SaveProfile, RemovesWhatWasTakenAway)
{
    model::Profile profile = loaded(annotatedShop);
    profile.hosts[1].ssh.port.reset();
    profile.hosts[1].ssh.host.clear();
    profile.hosts[1].ssh.alias = "app";
    const std::string text = profile::profileJson(profile);
    EXPECT_THAT(text, Not(HasSubstr("\"port\"")));
    EXPECT_THAT(text, Not(HasSubstr("203.0.113.7")));
}

TEST_F(SaveProfile, ReplacesTheFileInOneStepAndRefusesWhatWouldNotLoad)
{
    const std::string path = m_folder / "p.json";
    model::Profile profile = loaded(annotatedShop);
    ASSERT_TRUE(profile::saveProfile(profile, path));
    const std::string before = read(path);
    EXPECT_EQ(before, profile::profileJson(profile));

    profile.hosts.push_back(profile.hosts.front());
    EXPECT_FALSE(profile::saveProfile(profile, path));
    EXPECT_EQ(read(path), before);

    const auto nowhere = profile::saveProfile(loaded(annotatedShop), m_folder / "no" / "p.json");
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().operation, "save profile");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_folder), {}), 1);
}
