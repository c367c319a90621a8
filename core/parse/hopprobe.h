#pragma once

#include "core/model/capture.h"
#include "core/model/facts.h"
#include "core/parse/lines.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

/// One hop tried from one seat, from a check hop-caller, hop-callee or hop-loopback (core/probe/shell/hop-probe.sh): a
/// probe for each address that the target's name has. A name that did not resolve gives one probe that says so.
std::vector<model::HopProbe> parseHopProbes(const model::CheckResult& result);

/// What curl's own words (-v and the lines that the script adds) say; fills connect, tls, reply and times.
void readCurl(const std::vector<Line>& lines, model::HopProbe& probe);

/// ECONNREFUSED, EHOSTUNREACH …: the errno's name.
model::ConnectResult connectResultOf(std::string_view errnoName);
/// The C library's words for it, glibc's or musl's: "Connection refused".
model::ConnectResult connectResultOfText(std::string_view text);

}
