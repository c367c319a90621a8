#pragma once

#include "core/model/topology.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

struct CaddyToken {
    std::string text;
    std::string file;
    int line = 0;
    bool isQuoted = false;
    bool isFirst = false; ///< of its line

    bool isOpen() const { return !isQuoted && text == "{"; }
    bool isClose() const { return !isQuoted && text == "}"; }
};

/// Words as Caddy's lexer cuts them: quotes, backticks, heredocs, comments, lines continued by a backslash; `{$NAME:default}`
/// replaced first.
std::vector<CaddyToken> caddyTokens(const std::string& file, std::string_view text, std::vector<model::ConfigWarning>& warnings);

}
