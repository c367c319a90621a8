#pragma once

#include "tests/support/scenario/scenario.h"

#include <gtest/gtest.h>

#include <functional>

namespace hopscope::diagnosis::outages {

inline constexpr const char* appHop = "edge/nginx:80>app1/node:3000";
inline constexpr const char* entryHop = "client>edge/nginx:80";
inline constexpr const char* databaseHop = "app1/node:3000>db1/postgresql:5432";

/// An outage of a chain, as facts, and what the diagnosis must say of it.
struct Outage {
    const char* name;
    std::function<void(test::Scenario&)> make;
    const char* hop;
    const char* variant;
    const char* cause;
    double atLeast;
};

void PrintTo(const Outage& outage, std::ostream* out);
std::string nameOf(const testing::TestParamInfo<Outage>& outage);

/// What holds for each outage is in causes_test.cpp; the outages stand beside it, by what the caller meets.
class Causes : public testing::TestWithParam<Outage> { };

void stopped(test::Scenario& s);
void worksOnItsOwnHost(test::Scenario& s);
model::FirewallRule rule(model::FirewallRule::Verdict verdict);

}
