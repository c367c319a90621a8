#include "core/model/diagnosis.h"

#include <gtest/gtest.h>

using namespace hopscope;

namespace {

// Each binding names every field of a part of the diagnosis. Where one does not compile, a field was added: decide in
// core/report/redact/texts.cpp whether it can name an address, a host, a user or a secret, then name it here.

void fields(const model::Diagnosis& value)
{
    [[maybe_unused]] const auto& [profile, url, startedAt, duration, verdict, request, topology, finding, unknownReason, alternatives,
        advice, hosts, incomplete]
        = value;
    [[maybe_unused]] const auto& [status, totalMs, dnsMs, connectMs, tlsMs, firstByteMs, error] = request;
    [[maybe_unused]] const auto& [nodes, hops] = topology;
}

void fields(const model::Finding& value)
{
    [[maybe_unused]] const auto& [failingHop, variant, cause, confidence, summary, firstPlaceToCheck, responsible, onset, evidence, changes,
        remediation, prevention]
        = value;
}

void fields(const model::Evidence& value)
{
    [[maybe_unused]] const auto& [from, check, command, observed, bearing, rulesOut, at, source] = value;
}

void fields(const model::Remediation& value)
{
    [[maybe_unused]] const auto& [title, host, commands, why, risk, expect, verify, undo] = value;
}

void fields(const model::Node& value)
{
    [[maybe_unused]] const auto& [nodeId, kind, software, version, host, address, label, state, pid, unit, user, container, object,
        containerPort, workingDirectory, note, sources, ownAnswers, isUnknownName]
        = value;
}

void fields(const model::OwnAnswer& value)
{
    [[maybe_unused]] const auto& [status, place, rule, flagFile, isCertain] = value;
}

void fields(const model::Hop& value)
{
    [[maybe_unused]] const auto& [hopId, from, to, protocol, group, isOnPath, isLoop, declared, reported, listening, state, latencyMs] = value;
    [[maybe_unused]] const auto& [endpoint, place, name, timeouts, requestHost, requestPath, serverName, verifiesCertificate, verifiedName,
        tlsVersions, clientCertificate, clientKey,
        trustedCertificates, sendsProxyProtocol, isBackup, isDown, weight, keepalive, scriptFile, callerUser, isResolvedAtStart,
        httpVersion, trustedCertificate, retriesOn, retries, maxFails, failTimeout, healthCheck, maxConnections]
        = declared;
    [[maybe_unused]] const auto& [host, port, path] = endpoint;
}

void fields(const model::Listener& value)
{
    [[maybe_unused]] const auto& [kind, address, port, path, pid, process, user, unit, receiveQueue, earlierQueues, backlog,
        container, source]
        = value;
}

void fields(const model::ServerReport& value)
{
    [[maybe_unused]] const auto& [software, group, server, address, health, isEntrance, state, check, detail, since, queued, sessions, sessionLimit,
        connectErrors, source]
        = value;
}

void fields(const model::HostReport& value)
{
    [[maybe_unused]] const auto& [name, isReachable, error, os, resources] = value;
    [[maybe_unused]] const auto& [cpuPercent, stealPercent, load1, cores, memoryUsedPercent, memoryTotalBytes, memoryAvailableBytes,
        swapUsedPercent, diskUsedPercent, diskMount, inodesUsedPercent, inodesMount, fdUsedPercent, conntrackUsedPercent, pressureCpu,
        pressureMemory, pressureIo, counters, source]
        = resources;
}

void fields(const model::Change& value) { [[maybe_unused]] const auto& [at, host, what, command, source] = value; }

void fields(const model::Alternative& value)
{
    [[maybe_unused]] const auto& [failingHop, variant, cause, confidence, toTellApart] = value;
}

void fields(const model::Advice& value) { [[maybe_unused]] const auto& [adviceId, severity, node, summary, remediation] = value; }

void fields(const model::Gap& value) { [[maybe_unused]] const auto& [host, check, reason] = value; }

template <class... Part> int count()
{
    (fields(Part()), ...);
    return sizeof...(Part);
}

}

TEST(RedactedFields, AreAllDecidedOn)
{
    // The check is made by the compiler, above.
    EXPECT_EQ((count<model::Diagnosis, model::Finding, model::Evidence, model::Remediation, model::Node, model::OwnAnswer, model::Hop, model::Listener, model::ServerReport,
                  model::HostReport, model::Change, model::Alternative, model::Advice, model::Gap>()),
        14);
}
