#include "core/report/redact/names.h"

#include "core/base/text.h"

#include <algorithm>
#include <arpa/inet.h>

namespace hopscope::report {
namespace {

    bool isDigit(char c) { return c >= '0' && c <= '9'; }
    bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
    bool isHex(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
    /// A byte above ASCII belongs to a word of some language.
    bool isWord(char c) { return isDigit(c) || isLetter(c) || c == '_' || c == '-' || (static_cast<unsigned char>(c) & 0x80) != 0; }

    constexpr std::string_view genericDomains = " com net org edu gov mil int info biz name pro io dev app ai cloud online site store "
                                                "shop tech xyz systems services company agency email digital live network software "
                                                "solutions space studio team tools world blog example test invalid local lan home "
                                                "internal intranet corp private arpa onion eu amazonaws ";
    /// Country codes, less those that are rather a file's ending (py, sh, rs, so …): such a name counts where a url or an
    /// "@" says that it is a host.
    constexpr std::string_view countries = " ac ad ae af ag al am ao ar at au aw az ba bb bd be bf bg bh bj bm bn bo br bs bt bw by bz "
                                           "ca cd cf cg ch ci cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et fi "
                                           "fj fk fm fo fr ga gb ge gf gg gh gi gl gm gn gr gt gu gw gy hk hn hr ht hu ie il im iq ir "
                                           "is it je jm jo jp ke kg kh ki km kn kr kw ky kz la lb lc lk lr ls lt lu lv ly ma mc mg mm mn "
                                           "mo mp mq mr mt mu mv mw mx my mz na ne nf ng ni nl no np nr nu nz om pa pe pg ph pk pm pn pr "
                                           "pt pw qa re ro ru rw sa sb sc sd se sg si sk sl sm sn sr st su sv sy sz tc td tf tg th tj "
                                           "tk tl tm tn tr tt tv tw tz ua ug uk us uy uz va ve vg vn vu ws ye za zm zw ";

    bool isListed(std::string_view list, const std::string& word) { return list.find(" " + word + " ") != std::string_view::npos; }

    std::optional<std::string> canonicalAddress(std::string_view text)
    {
        unsigned char bytes[sizeof(in6_addr)];
        char canonical[INET6_ADDRSTRLEN];
        const std::string word(text.substr(0, 64));
        for (const int family : { AF_INET, AF_INET6 })
            if (inet_pton(family, word.c_str(), bytes) == 1 && inet_ntop(family, bytes, canonical, sizeof canonical)) {
                const std::string_view mapped = "::ffff:";
                const std::string_view found = canonical;
                // An IPv4 address in IPv6 clothes is the same host.
                return std::string(found.starts_with(mapped) && found.find('.') != std::string_view::npos ? found.substr(mapped.size()) : found);
            }
        return std::nullopt;
    }

    std::size_t runOf(std::string_view text, std::size_t at, bool (*isMember)(char))
    {
        std::size_t end = at;
        while (end < text.size() && isMember(text[end]))
            ++end;
        return end - at;
    }

    /// No address is longer; looking further from every colon would take quadratic time on hostile text.
    constexpr std::size_t longestAddress = 60;

    /// "fd00::1", "::ffff:10.0.0.1", "02:fc:00:00:00:05" at this place.
    std::optional<Name> colonName(std::string_view text, std::size_t at)
    {
        const std::string_view near = text.substr(at, longestAddress + 1);
        std::string_view run = near.substr(0, runOf(near, 0, [](char c) { return isHex(c) || c == ':' || c == '.'; }));
        if (std::count(run.begin(), run.end(), ':') < 2 || run.size() > longestAddress)
            return std::nullopt;
        if (at + run.size() < text.size() && isWord(text[at + run.size()]))
            return std::nullopt;
        while (run.ends_with('.') || (run.ends_with(':') && !run.ends_with("::")))
            run.remove_suffix(1);
        if (const auto canonical = canonicalAddress(run))
            return Name { Name::Kind::Address, at, run.size(), *canonical };
        const bool isHardware = run.size() == 17 && std::count(run.begin(), run.end(), ':') == 5 && run.find('.') == std::string_view::npos
            && run[2] == ':' && run[5] == ':' && run[8] == ':' && run[11] == ':' && run[14] == ':';
        if (isHardware)
            return Name { Name::Kind::HardwareAddress, at, run.size(), std::string(run) };
        return std::nullopt;
    }

    bool isDomain(std::string_view run, bool isInHostPlace)
    {
        const std::size_t dot = run.rfind('.');
        if (dot == std::string_view::npos || run.find("..") != std::string_view::npos)
            return false;
        const std::string last = base::lowered(run.substr(dot + 1));
        if (!std::all_of(last.begin(), last.end(), [](char c) { return isLetter(c) || c == '-' || isDigit(c); }) || isDigit(last.front()))
            return false;
        return isInHostPlace || isListed(genericDomains, last) || isListed(countries, last);
    }

}


bool isImpersonal(std::string_view address)
{
    return address.starts_with("127.") || address == "0.0.0.0" || address == "::" || address == "::1" || address == "255.255.255.255";
}

std::vector<Name> namesIn(std::string_view text)
{
    std::vector<Name> names;
    std::size_t at = 0;
    while (at < text.size()) {
        const bool startsHere = at == 0 || !isWord(text[at - 1]);
        if (startsHere && (isHex(text[at]) || text[at] == ':'))
            if (const auto name = colonName(text, at)) {
                at += name->length;
                names.push_back(*name);
                continue;
            }
        if (!isWord(text[at])) {
            ++at;
            continue;
        }
        std::string_view run = text.substr(at, runOf(text, at, [](char c) { return isWord(c) || c == '.'; }));
        while (run.ends_with('.') || run.ends_with('-'))
            run.remove_suffix(1);
        if (run.empty()) {
            at += runOf(text, at, isWord);
            continue;
        }
        const bool isInHostPlace = (at >= 3 && text.substr(at - 3, 3) == "://") || (at >= 1 && text[at - 1] == '@');
        if (const auto canonical = canonicalAddress(run)) {
            names.push_back({ Name::Kind::Address, at, run.size(), *canonical });
        } else if (isDomain(run, isInHostPlace)) {
            names.push_back({ Name::Kind::Domain, at, run.size(), std::string(run) });
        } else if (isInHostPlace && run.find('.') == std::string_view::npos && text[at - 1] == '@') {
            names.push_back({ Name::Kind::Domain, at, run.size(), std::string(run) });
        } else {
            names.push_back({ Name::Kind::Word, at, run.size(), std::string(run) });
        }
        at += run.size();
    }
    return names;
}

}
