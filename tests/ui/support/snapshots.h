#pragma once

#include "core/run/run.h"

#include <memory>
#include <vector>

/// Snapshots as a run makes them, for the window to show.
namespace hopscope::test {

using SnapshotPointer = std::shared_ptr<const run::Snapshot>;

/// The hop that fails in most of them.
inline constexpr auto failingHop = "edge/nginx:443>app1/node:3000";

/// nginx on edge → node on app1, whose unit is stopped: refused, with evidence, changes and remedies.
run::Snapshot stoppedService();
/// The same chain, all well, with one advice.
run::Snapshot healthyChain();
/// One of three replicas refuses; another site stands on the same proxy.
run::Snapshot degradedReplicas();
/// A balancer, thirty pods of one service behind it of which one fails, their database, cache and a payment service,
/// and twenty other sites on the same proxy.
run::Snapshot manyReplicas();
/// app1 can't be logged in to, and nothing else says what is wrong.
run::Snapshot unknownChain();
/// The request fails, the cause is not settled, much could not be seen.
run::Snapshot partialAnswer();
/// Every text that comes from a server holds markup, escapes, endless words and control characters.
run::Snapshot hostileTexts();
/// A run in its middle: one host is done, one at work, one out of reach.
run::Snapshot halfWay();

/// The same value, as the window gets it.
SnapshotPointer shared(run::Snapshot snapshot);

/// The profile that all of these are about.
model::Profile shopProfile();

}
