#include "core/faults/remedyread.h"

#include "core/faults/placeholders.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {
namespace {

    std::string knownText(const YamlMap& map, const char* key)
    {
        const std::string text = map.textOr(key, {});
        if (const std::string unknown = unknownPlaceholder(text); !unknown.empty())
            map.fail(map.node(key), "unknown placeholder {" + unknown + "}");
        return text;
    }

    CommandTemplate readCommand(const YAML::Node& node, const YamlMap& remedy)
    {
        CommandTemplate command;
        if (node.IsSequence()) {
            command.words = scalarTexts(node, remedy.file());
            if (command.words.empty())
                remedy.fail(node, "a command without words");
            for (const std::string& word : command.words) {
                if (const std::string unknown = unknownPlaceholder(word); !unknown.empty())
                    remedy.fail(node, "unknown placeholder {" + unknown + "}");
            }
            if (hasPlaceholder(command.words.front()))
                remedy.fail(node, "a command's first word is fixed");
            return command;
        }
        command.shellLine = scalarText(node, remedy.file());
        for (const char* procedure : { "proxyTest", "proxyReload", "proxyRestart" }) {
            if (command.shellLine == "{" + std::string(procedure) + "}")
                return { {}, {}, procedure };
        }
        if (hasPlaceholder(command.shellLine))
            remedy.fail(node, "a placeholder in a shell line; write the command as a list of words");
        return command;
    }

    std::vector<CommandTemplate> readCommands(const char* key, const YamlMap& remedy)
    {
        std::vector<CommandTemplate> commands;
        if (!remedy.has(key))
            return commands;
        const YAML::Node list = remedy.node(key);
        if (!list.IsSequence())
            remedy.fail(list, std::string("'") + key + "' is a list of commands");
        for (const YAML::Node& item : list)
            commands.push_back(readCommand(item, remedy));
        return commands;
    }

    model::Risk readRisk(const YamlMap& remedy)
    {
        const std::string text = remedy.textOr("risk", "read-only");
        for (const model::Risk risk : { model::Risk::ReadOnly, model::Risk::Restart, model::Risk::Change }) {
            if (text == model::id(risk))
                return risk;
        }
        remedy.fail(remedy.node("risk"), "risk is read-only, restart or change, not '" + text + "'");
    }

    RemedySeat readSeat(const YamlMap& remedy)
    {
        const std::string text = remedy.textOr("on", "callee");
        if (text == "callee")
            return RemedySeat::Callee;
        if (text == "caller")
            return RemedySeat::Caller;
        remedy.fail(remedy.node("on"), "'on' is callee or caller, not '" + text + "'");
    }

    bool readFlag(const YamlMap& remedy, const char* key)
    {
        const std::string text = remedy.textOr(key, "false");
        if (text != "true" && text != "false")
            remedy.fail(remedy.node(key), std::string("'") + key + "' is true or false");
        return text == "true";
    }

    Remedy readRemedy(const YAML::Node& node, const std::string& file)
    {
        const YamlMap map(node, file,
            { "title", "why", "risk", "on", "root", "when", "commands", "expect", "verify", "undo" });
        Remedy remedy;
        map.text("title");
        remedy.title = knownText(map, "title");
        remedy.why = knownText(map, "why");
        remedy.risk = readRisk(map);
        remedy.seat = readSeat(map);
        remedy.needsRoot = readFlag(map, "root");
        if (map.has("when")) {
            const YamlMap when(map.node("when"), file, { "osFamily", "initSystem", "firewall", "platform", "software" });
            for (const char* key : { "osFamily", "initSystem", "firewall", "platform", "software" }) {
                if (when.has(key))
                    remedy.when[key] = when.texts(key);
            }
        }
        remedy.commands = readCommands("commands", map);
        remedy.expect = knownText(map, "expect");
        if (map.has("verify"))
            remedy.verify = readCommand(map.node("verify"), map);
        remedy.undo = readCommands("undo", map);
        return remedy;
    }

}

std::vector<Remedy> readRemedies(const YAML::Node& node, const std::string& file)
{
    if (!node.IsSequence())
        throw CatalogueFailure({ file, node.Mark().line + 1 }, "expected a list of remedies");
    std::vector<Remedy> remedies;
    for (const YAML::Node& item : node)
        remedies.push_back(readRemedy(item, file));
    return remedies;
}

}
