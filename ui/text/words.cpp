#include "ui/text/words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QRegularExpression>
#include <QStringList>
#include <QTimeZone>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

QString words(const char* text) { return QCoreApplication::translate("Words", text); }

QString bounded(const QString& text, qsizetype most)
{
    return text.size() <= most ? text : text.left(most - 1) + u"…"_s;
}

bool changesDirection(char32_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f
        || c == 0x061c;
}

bool isControl(char32_t c)
{
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

}

QString plainText(const std::string& bytes)
{
    QString text = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
    text.replace("\r\n"_L1, "\n"_L1);
    for (QChar& c : text)
        if (isControl(c.unicode()) || changesDirection(c.unicode()))
            c = QChar::ReplacementCharacter;
    return text;
}

QString oneLine(const std::string& bytes) { return plainText(bytes).simplified(); }

QString plainToolTip(const QString& text)
{
    if (text.isEmpty())
        return {};
    return "<p style='white-space:pre-wrap'>"_L1 + text.toHtmlEscaped() + "</p>"_L1;
}

QString titleOfId(const std::string& id)
{
    static const QStringList abbreviations { u"dns"_s, u"tls"_s, u"http"_s, u"https"_s, u"ip"_s, u"mtu"_s,
        u"cpu"_s, u"gc"_s, u"sni"_s, u"oom"_s, u"nxdomain"_s, u"ssh"_s, u"url"_s, u"tcp"_s, u"udp"_s,
        u"php"_s, u"arp"_s, u"selinux"_s };
    QStringList parts = oneLine(id).split('-'_L1, Qt::SkipEmptyParts);
    for (QString& part : parts)
        if (abbreviations.contains(part))
            part = part.toUpper();
    QString title = parts.join(' '_L1);
    if (!title.isEmpty())
        title[0] = title[0].toUpper();
    return bounded(title, 80);
}

QString confidenceWords(double confidence)
{
    const double share = std::isfinite(confidence) ? std::clamp(confidence, 0.0, 1.0) : 0.0;
    const QString word = share >= 0.9 ? words("Almost certain")
        : share >= 0.75               ? words("Very likely")
        : share >= 0.5                ? words("Likely")
        : share >= 0.25               ? words("Possible")
                                      : words("Hardly more than a guess");
    return words("%1 (%2 %)").arg(word).arg(static_cast<int>(std::floor(share * 100 + 0.0001)));
}

QString responsibleWords(const std::string& responsible)
{
    if (responsible == "this-machine")
        return words("This computer or its network");
    if (responsible == "internet")
        return words("The internet between here and the server");
    if (responsible == "dns")
        return words("DNS: the name of the site");
    if (responsible == "host")
        return words("The server it runs on");
    if (responsible == "proxy")
        return words("The proxy in front of the app");
    if (responsible == "app")
        return words("The app");
    if (responsible == "dependency")
        return words("Something the app depends on");
    if (responsible == "third-party")
        return words("A third party");
    return responsible.empty() ? words("Not known") : titleOfId(responsible);
}

QString riskWord(model::Risk risk)
{
    switch (risk) {
    case model::Risk::ReadOnly:
        return words("Only looks");
    case model::Risk::Restart:
        return words("Restarts something");
    case model::Risk::Change:
        return words("Changes the server");
    }
    return {};
}

QString bearingWord(model::Bearing bearing)
{
    switch (bearing) {
    case model::Bearing::Supports:
        return words("Supports");
    case model::Bearing::Contradicts:
        return words("Contradicts");
    case model::Bearing::NotEvaluated:
        return words("Not evaluated");
    }
    return {};
}

QString timeText(base::TimePoint time)
{
    const QDateTime moment
        = QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count(), QTimeZone::utc());
    return QLocale::c().toString(moment, u"d MMM yyyy, HH:mm:ss"_s) + " UTC"_L1;
}

QString clockText(base::TimePoint time)
{
    const QDateTime moment
        = QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count(), QTimeZone::utc());
    return QLocale::c().toString(moment, u"HH:mm:ss"_s) + " UTC"_L1;
}

QString spanText(base::Milliseconds span)
{
    const long long seconds = std::abs(span.count()) / 1000;
    if (seconds < 1)
        return words("less than a second");
    if (seconds < 120)
        return words("%1 s").arg(seconds);
    if (seconds < 120 * 60)
        return words("%1 min").arg(seconds / 60);
    if (seconds < 48 * 3600)
        return words("%1 hours").arg(seconds / 3600);
    return words("%1 days").arg(seconds / 86400);
}

QString latencyText(double milliseconds)
{
    if (!std::isfinite(milliseconds))
        return {};
    if (milliseconds >= 1000)
        return words("%1 s").arg(milliseconds / 1000, 0, 'f', milliseconds < 10000 ? 1 : 0);
    return words("%1 ms").arg(milliseconds, 0, 'f', milliseconds < 10 ? 1 : 0);
}

QString nodeTitle(const model::Node& node)
{
    if (!node.label.empty())
        return oneLine(node.label);
    const QString software = node.software.empty() || node.software == "unknown" ? oneLine(node.id.value())
                                                                                 : oneLine(node.software);
    return node.host ? words("%1 on %2").arg(software, oneLine(node.host->value())) : software;
}

QString hopTitle(const model::Topology& topology, const model::Hop& hop)
{
    const auto title = [&topology](const base::NodeId& id) {
        const model::Node* node = topology.node(id);
        return node ? nodeTitle(*node) : oneLine(id.value());
    };
    return title(hop.from) + u" → "_s + title(hop.to);
}

QString hopTitle(const model::Topology& topology, const std::string& hopId)
{
    if (const model::Hop* hop = topology.hop(base::HopId(hopId)))
        return hopTitle(topology, *hop);
    return oneLine(hopId);
}

QString catalogueText(const std::string& text)
{
    static const QRegularExpression place(u"\\{([a-zA-Z0-9_.-]*)(?:\\|([^{}]*))?\\}"_s);
    QString filled = plainText(text);
    for (QRegularExpressionMatch match = place.match(filled); match.hasMatch(); match = place.match(filled)) {
        const QString words = match.hasCaptured(2) ? match.captured(2) : u"the "_s + match.captured(1);
        filled.replace(match.capturedStart(), match.capturedLength(), words);
    }
    return filled;
}

QString lostHostWords(const base::Error& error)
{
    switch (error.code) {
    case base::ErrorCode::NameNotResolved:
        return words("Its name leads nowhere.");
    case base::ErrorCode::ConnectionRefused:
        return words("The server answers, but not to SSH.");
    case base::ErrorCode::ConnectionTimedOut:
    case base::ErrorCode::HostUnreachable:
        return words("Nothing answers at its address: it is down, or something blocks the way.");
    case base::ErrorCode::NotSsh:
        return words("Something answers there, but it is not SSH.");
    case base::ErrorCode::KeyExchangeFailed:
        return words("It and this computer share no way to encrypt that both allow.");
    case base::ErrorCode::HostKeyUnknown:
        return words("It is not known yet, and its key was not accepted.");
    case base::ErrorCode::HostKeyChanged:
        return words("It showed another key than before, so nothing was sent to it. Either it was installed anew, or "
                     "someone is in between. Ask whoever runs it before you accept the new key.");
    case base::ErrorCode::HostKeyRevoked:
        return words("Its key is marked as stolen, so nothing was sent to it.");
    case base::ErrorCode::AuthenticationFailed:
    case base::ErrorCode::PassphraseNeeded:
    case base::ErrorCode::IdentityFileUnusable:
        return words("It did not let us in.");
    case base::ErrorCode::JumpFailed:
        return words("The way to it leads over another server, and that failed.");
    case base::ErrorCode::ShellNotPosix:
        return words("The login works, but no command may be run there.");
    case base::ErrorCode::TimedOut:
        return words("It did not answer in time.");
    case base::ErrorCode::Stalled:
        return words("The login works, then nothing more comes: the server may be overloaded or stuck.");
    case base::ErrorCode::Cancelled:
        return words("The check was cancelled before it was done with it.");
    case base::ErrorCode::Disconnected:
    case base::ErrorCode::SessionRefused:
        return words("It ended the connection.");
    case base::ErrorCode::InvalidArgument:
    case base::ErrorCode::NotFound:
    case base::ErrorCode::InvalidFormat:
    case base::ErrorCode::NewerSchema:
    case base::ErrorCode::PermissionDenied:
    case base::ErrorCode::InputOutput:
    case base::ErrorCode::LimitExceeded:
    case base::ErrorCode::Unsupported:
        return words("It could not be used.");
    }
    return {};
}

QString headline(const model::Diagnosis& diagnosis)
{
    if (diagnosis.finding && !diagnosis.finding->summary.empty())
        return bounded(oneLine(diagnosis.finding->summary), 320);
    switch (diagnosis.verdict) {
    case model::Verdict::Healthy:
        return words("The site answers, and every hop that it needs works.");
    case model::Verdict::Degraded:
        return words("The site answers, but part of the chain behind it does not work.");
    case model::Verdict::Failing:
        return words("The request fails.");
    case model::Verdict::Unknown:
        return words("Not enough could be seen to say what is wrong.");
    }
    return {};
}

}
