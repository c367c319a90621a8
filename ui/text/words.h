#pragma once

#include "core/model/diagnosis.h"

#include <QString>

#include <optional>
#include <string>

namespace hopscope::ui {

/// Remote bytes to text for the screen: UTF-8 decoded once, control and direction-changing characters made
/// visible as U+FFFD, line breaks and tabs kept. Never to be shown as rich text.
QString plainText(const std::string& bytes);
/// The same on one line.
QString oneLine(const std::string& bytes);
/// A tool tip that no widget takes for rich text, whatever it holds.
QString plainToolTip(const QString& text);

/// "connection-refused" to "Connection refused", "dns-nxdomain" to "DNS NXDOMAIN".
QString titleOfId(const std::string& id);
/// 0.97 to "Almost certain (97 %)".
QString confidenceWords(double confidence);
/// "app" to "Your app"; an id it does not know is shown as it is.
QString responsibleWords(const std::string& responsible);
QString riskWord(model::Risk risk);
QString bearingWord(model::Bearing bearing);

/// "21 Nov 2026, 09:12:03 UTC": servers log in UTC, and a picture is read in other places.
QString timeText(base::TimePoint time);
QString clockText(base::TimePoint time); ///< "09:12:03 UTC"
/// "18 min": a span rounded to its largest unit.
QString spanText(base::Milliseconds span);
/// "12 ms", "0.6 ms", "1.3 s"
QString latencyText(double milliseconds);

/// How a hop is named to people: "nginx on edge → node on app1".
QString hopTitle(const model::Topology& topology, const model::Hop& hop);
QString hopTitle(const model::Topology& topology, const std::string& hopId);
QString nodeTitle(const model::Node& node);

/// The sentence at the top of the answer.
/// A text of the catalogue with its own words where a fact would stand: "{unit|The service} is stopped".
QString catalogueText(const std::string& text);

/// Why a server could not be used, for someone who does not know SSH.
QString lostHostWords(const base::Error& error);

QString headline(const model::Diagnosis& diagnosis);

}
