#include "core/parse/clock.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using namespace std::chrono_literals;

std::string utc(std::optional<base::TimePoint> time) { return time ? base::toIso8601(*time) : "none"; }

const HostClock berlin { base::fromIso8601("2026-11-21T09:00:00Z"), 60min };
const HostClock unknown {};

TEST(ClockTest, ReadsEachFormOfStampInTheHostsZone)
{
    EXPECT_EQ(utc(anyStamp("2026/11/21 09:30:00 [error] 7#7: *1 connect() failed", berlin)), "2026-11-21T08:30:00.000Z");
    EXPECT_EQ(utc(anyStamp("21-Nov-2026 09:30:00.220 SEVERE [http-nio-8080-exec-4] x", berlin)), "2026-11-21T08:30:00.000Z");
    EXPECT_EQ(utc(anyStamp("812:M 21 Nov 2026 09:30:00.220 # x", berlin)), "2026-11-21T08:30:00.000Z");
    EXPECT_EQ(utc(anyStamp("E, [2026-11-21T09:30:00.5 #812] ERROR -- : x", berlin)), "2026-11-21T08:30:00.500Z");
    EXPECT_EQ(utc(anyStamp("Nov 21 09:30:00 box nginx[7]: x", berlin)), "2026-11-21T08:30:00.000Z");
    EXPECT_EQ(utc(anyStamp("Nov  1 09:30:00 box nginx[7]: x", berlin)), "2026-11-01T08:30:00.000Z");
    EXPECT_EQ(utc(anyStamp("2026-11-21T09:30:00.5+01:00 box x", berlin)), "2026-11-21T08:30:00.500Z");
    EXPECT_EQ(utc(anyStamp("2026-11-21T08:30:00Z x", berlin)), "2026-11-21T08:30:00.000Z");
    EXPECT_EQ(utc(anyStamp("2026-11-21 09:30:00,123 ERROR x", berlin)), "2026-11-21T08:30:00.123Z");
    EXPECT_EQ(utc(anyStamp("[2026-11-21 09:30:00 +0100] [12] [INFO] Booting worker", berlin)), "2026-11-21T08:30:00.000Z");
    EXPECT_EQ(utc(anyStamp("[21-Nov-2026 09:30:00] WARNING: [pool www] server reached", berlin)), "2026-11-21T08:30:00.000Z");
    EXPECT_EQ(utc(anyStamp("[21-Nov-2026 08:30:00 UTC] PHP Fatal error", berlin)), "2026-11-21T08:30:00.000Z");
    EXPECT_EQ(utc(anyStamp("[Sat Nov 21 09:30:00.123456 2026] [proxy:error]", berlin)), "2026-11-21T08:30:00.123Z");
    EXPECT_EQ(utc(anyStamp("10.0.0.1 - - [21/Nov/2026:09:30:00 +0100] \"GET / HTTP/1.1\" 502 1", berlin)),
        "2026-11-21T08:30:00.000Z");
}

TEST(ClockTest, GuessesTheYearThatIsNotInTheFuture)
{
    const HostClock january { base::fromIso8601("2027-01-02T00:00:00Z"), 0min };
    EXPECT_EQ(utc(syslogStamp("Dec 31 23:59:59 box x", january).at), "2026-12-31T23:59:59.000Z");
    EXPECT_EQ(utc(syslogStamp("Jan  1 00:00:01 box x", january).at), "2027-01-01T00:00:01.000Z");
    EXPECT_EQ(utc(syslogStamp("Jan  1 00:00:01 box x", unknown).at), "none") << "no clock, no year";
}

TEST(ClockTest, NeverInventsATime)
{
    for (const char* line : { "", "[", "[]", "Traceback (most recent call last):", "2026/13/41 99:99:99 [error]",
             "2026/11/21 0", "Nov 99 09:30:00 x", "[99/Foo/2026:09:30:00 +0000]", "12:00:00", "2026-11-21T" })
        EXPECT_EQ(utc(anyStamp(line, berlin)), "none") << line;
}

TEST(ClockTest, ReadsZonesAndSystemdsStamps)
{
    EXPECT_EQ(zoneOf("+0530"), 330min);
    EXPECT_EQ(zoneOf("-03:00"), -180min);
    EXPECT_FALSE(zoneOf("CEST"));
    EXPECT_EQ(utc(systemdStamp("Sat 2026-11-21 08:31:41 UTC")), "2026-11-21T08:31:41.000Z");
    EXPECT_EQ(utc(systemdStamp("n/a")), "none");
    EXPECT_EQ(utc(systemdStamp("Sat 2026-11-21 08:31:41 CET")), "none");
}

}
}
