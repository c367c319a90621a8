// Why a service ended, in its own words: which line of its last run tells most, whatever the program.
#include "core/diagnosis/diagnose.h"
#include "core/faults/predicates/lastwords.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(LastWords, GradeTheReasonAboveWhatFollowsFromIt)
{
    const auto grade = [](const char* line) { return faults::tellingness(line); };
    EXPECT_GT(grade("[22-Nov-2026 07:22:38] ERROR: failed to open error_log (/var/log/php/fpm.log): No such file or directory (2)"),
        grade("[22-Nov-2026 07:22:38] ERROR: FPM initialization failed"));
    EXPECT_GT(grade("2026-11-22  7:20:43 0 [ERROR] Can't change dir to '/var/lib/mysql/' (Errcode: 13 \"Permission denied\")"),
        grade("2026-11-22  7:20:43 0 [ERROR] Aborting"));
    EXPECT_GT(grade("# Warning: Could not create server TCP listening socket 10.1.0.44:6379: bind: Cannot assign requested address"),
        grade("# Failed listening on port 6379 (tcp), aborting."));
    EXPECT_GT(grade("2026-11-22 07:21:25.123 UTC [440] FATAL:  data directory \"/srv/pg\" has invalid permissions"),
        grade("Error: /usr/lib/postgresql/15/bin/pg_ctl start -D /srv/pg exited with status 1:"));
}

TEST(LastWords, AreNoneOfBookkeepingAndTurnedAwayClients)
{
    for (const char* line : { "LOG:  database system is shut down", "shop.service: Failed with result 'exit-code'.",
             "FATAL:  password authentication failed for user \"shop\"", "FATAL:  terminating connection due to administrator command",
             "# WARNING Memory overcommit must be enabled! Without it, a background save may fail under low memory condition.",
             "AH00558: apache2: Could not reliably determine the server's fully qualified domain name", "ready for connections" })
        EXPECT_EQ(faults::tellingness(line), 0) << line;
}

TEST(LastWords, LoseTheirStamp)
{
    EXPECT_EQ(faults::withoutStamp("2026-11-22 07:21:25.123 UTC [440] FATAL:  no"), "FATAL:  no");
    EXPECT_EQ(faults::withoutStamp("427:M 22 Nov 2026 07:21:43.123 # Warning: no"), "Warning: no");
    EXPECT_EQ(faults::withoutStamp("[22-Nov-2026 07:22:38] ERROR: no"), "ERROR: no");
    EXPECT_EQ(faults::withoutStamp("OSError: no"), "OSError: no");
}

std::string summaryOf(const test::Scenario& s)
{
    const auto catalogue = faults::Catalogue::loadBuiltIn();
    const model::Diagnosis diagnosis = diagnose(s.capture, s.facts, s.topology, **catalogue);
    return diagnosis.finding ? diagnosis.finding->summary + " | " + diagnosis.finding->firstPlaceToCheck : std::string();
}

test::Scenario failedToStart()
{
    test::Scenario s;
    s.requestAnswers(502).connectFails(model::ConnectResult::Refused).nothingListens().unitIs("failed", "failed", "exit-code");
    s.unit().activeSince.reset();
    s.unit().inactiveSince = s.ago(5min);
    s.unit().mainExitStatus = 1;
    s.unit().mainExitCode = 1;
    return s;
}

TEST(LastWords, StandInTheSummaryOfAServiceThatCannotStart)
{
    test::Scenario s = failedToStart();
    s.appLogs("FATAL: the ledger in /srv/shop/ledger was written by version 9", 2h);
    s.appLogs("Starting shop.service - The shop...", 5min + 1s);
    s.appLogs("FATAL: the ledger in /srv/shop/ledger was written by version 7, which is not compatible", 5min);
    s.appLogs("ERROR: initialization failed", 5min);
    EXPECT_THAT(summaryOf(s), HasSubstr("written by version 7"));
}

TEST(LastWords, NeverShowWhatASecretIsSetTo)
{
    test::Scenario s = failedToStart();
    s.appLogs("*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***", 5min);
    s.appLogs(">>> 'requirepass geheim'", 5min);
    s.appLogs("Bad directive or wrong number of arguments", 5min);
    EXPECT_THAT(summaryOf(s), HasSubstr("requirepass"));
    EXPECT_THAT(summaryOf(s), Not(HasSubstr("geheim")));
}

TEST(Sandbox, IsNamedWhereTheProgramMetIt)
{
    test::Scenario s = failedToStart();
    s.unit().restrictions = { "ProtectSystem=full", "RestrictAddressFamilies=AF_UNIX" };
    s.unit().dropIns = { "/etc/systemd/system/shop.service.d/10-limits.conf", "/etc/systemd/system/shop.service.d/60-hardening.conf" };
    s.appLogs("Error: listen EAFNOSUPPORT: address family not supported 0.0.0.0:3000", 5min);
    EXPECT_THAT(summaryOf(s), HasSubstr("RestrictAddressFamilies=AF_UNIX in /etc/systemd/system/shop.service.d/60-hardening.conf"));
}

TEST(Sandbox, IsNotBlamedForWhatItDoesNotForbid)
{
    test::Scenario s = failedToStart();
    s.unit().restrictions = { "ProtectSystem=full", "RestrictAddressFamilies=AF_UNIX", "PrivateTmp=yes", "MemoryDenyWriteExecute=yes" };
    s.unit().dropIns = { "/etc/systemd/system/shop.service.d/60-hardening.conf" };
    s.appLogs("Error: Cannot find module 'express'", 5min);
    EXPECT_THAT(summaryOf(s), Not(HasSubstr("hardening")));
}

TEST(Sandbox, ThatHidesTheNetworkIsToldFromASlowStart)
{
    test::Scenario s;
    s.requestAnswers(502).connectFails(model::ConnectResult::Refused).nothingListens();
    s.unit().activeSince = s.ago(10s);
    s.unit().restrictions = { "PrivateNetwork=yes" };
    s.unit().dropIns = { "/etc/systemd/system/shop.service.d/60-hardening.conf" };
    EXPECT_THAT(summaryOf(s), HasSubstr("PrivateNetwork=yes"));
}

}
}
