// Whether a diagnosis is right as often as its confidence says, measured on the lab's own captures.
//
// Each capture is diagnosed as it is, and again with a part of its checks taken out at random, as if they had not been
// allowed: with all facts at hand hardly any cause is wrong, and confidence is for those who have not all. Printed: by
// confidence, how many causes were named, how many of them were right; how often nothing was said; false alarms.
//
//     calibration FOLDER [--limit L]   FOLDER of NAME.hopscope and NAME.expect.json, as `lab.py run --keep` leaves
//
// With a limit it fails where the mean confidence of a row is above its share of right ones by more than L (0 to 1).
#include "core/faults/catalogue.h"
#include "core/history/bundle.h"
#include "core/run/conclude.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <numeric>
#include <random>

using namespace hopscope;

namespace {
constexpr int variations = 30; ///< of each capture, beside the whole one
constexpr double lossRate = 0.25;
constexpr int fewestOfARow = 30; ///< less says nothing about a rate

struct Truth {
    std::vector<std::string> verdicts;
    std::vector<std::string> variants;
    std::vector<std::string> causes; ///< empty: none is expected
};

std::vector<std::string> strings(const nlohmann::json& value)
{
    if (value.is_string())
        return { value.get<std::string>() };
    return value.is_array() ? value.get<std::vector<std::string>>() : std::vector<std::string>();
}

bool isOneOf(const std::vector<std::string>& all, const std::string& one)
{
    return std::find(all.begin(), all.end(), one) != all.end();
}

struct Row {
    int named = 0;
    int right = 0;
    double confidence = 0; ///< summed up
};

struct Tally {
    Row rows[6]; ///< below 0.5, 0.5 to 0.6, … 0.9 to 1
    int outages = 0;
    int silent = 0;
    int withoutCause = 0;
    int healthy = 0;
    int alarms = 0;
    double brier = 0;
    std::map<std::string, std::pair<int, double>> mistakes; ///< how often, and at which confidence at most

    void mistake(const std::string& what, double confidence)
    {
        auto& [times, most] = mistakes[what];
        ++times;
        most = std::max(most, confidence);
    }

    void add(const std::string& name, const Truth& truth, const model::Diagnosis& diagnosis)
    {
        const auto& finding = diagnosis.finding;
        if (isOneOf(truth.verdicts, "healthy") && truth.variants.empty()) {
            ++healthy;
            alarms += finding ? 1 : 0;
            if (finding)
                mistake(name + ": a false alarm, " + finding->variant, finding->confidence);
            return;
        }
        if (truth.causes.empty())
            return;
        ++outages;
        if (!finding) {
            ++silent;
            return;
        }
        if (!finding->cause) {
            ++withoutCause;
            return;
        }
        const bool isRight = isOneOf(truth.causes, *finding->cause);
        Row& row = rows[std::clamp(int(finding->confidence * 10) - 4, 0, 5)];
        ++row.named;
        row.right += isRight ? 1 : 0;
        row.confidence += finding->confidence;
        brier += (finding->confidence - (isRight ? 1 : 0)) * (finding->confidence - (isRight ? 1 : 0));
        if (!isRight)
            mistake(name + ": " + *finding->cause + " in place of " + truth.causes.front(), finding->confidence);
    }
};

/// Every check is lost by itself, as if it had not been allowed.
model::Capture withLosses(model::Capture capture, std::mt19937& random)
{
    for (model::CheckResult& check : capture.checks) {
        if (!std::bernoulli_distribution(lossRate)(random))
            continue;
        check.outcome = model::outcome::Denied { "not allowed" };
        check.output.clear();
        check.errorOutput.clear();
    }
    return capture;
}

bool print(const Tally& tally, double limit)
{
    bool isSound = true;
    int named = 0;
    int right = 0;
    std::puts("confidence   causes named   right   share   mean confidence");
    for (int i = 0; i < 6; ++i) {
        const Row& row = tally.rows[i];
        named += row.named;
        right += row.right;
        if (row.named == 0)
            continue;
        const double share = double(row.right) / row.named;
        const double confidence = row.confidence / row.named;
        const bool isTooSure = row.named >= fewestOfARow && confidence - share > limit;
        std::printf("0.%d to %.1f   %12d   %5d   %5.2f   %15.2f%s\n", i == 0 ? 0 : 4 + i, 0.5 + 0.1 * i, row.named, row.right, share, confidence,
            isTooSure ? "   too sure" : "");
        isSound = isSound && !isTooSure;
    }
    std::printf("all          %12d   %5d   %5.2f   Brier score %.3f\n", named, right, named ? double(right) / named : 0.0,
        named ? tally.brier / named : 0.0);
    std::printf("of %d outages: no cause named %d, nothing said %d; healthy chains: %d, false alarms %d\n", tally.outages,
        tally.withoutCause, tally.silent, tally.healthy, tally.alarms);
    for (const auto& [mistake, times] : tally.mistakes)
        std::printf("  %s (%d times, at most at %.2f)\n", mistake.c_str(), times.first, times.second);
    return isSound;
}

int measure(const std::string& folder, double limit)
{
    const auto catalogue = faults::Catalogue::loadBuiltIn();
    if (!catalogue)
        throw std::runtime_error(catalogue.error().text());
    std::vector<std::filesystem::path> captures;
    if (std::filesystem::is_directory(folder))
        for (const auto& each : std::filesystem::directory_iterator(folder))
            if (each.path().extension() == ".hopscope")
                captures.push_back(each.path());
    std::sort(captures.begin(), captures.end());
    Tally whole;
    Tally partial;
    for (const std::filesystem::path& path : captures) {
        std::ifstream file(std::filesystem::path(path).replace_extension(".expect.json"));
        const nlohmann::json expect = nlohmann::json::parse(file, nullptr, false);
        const auto capture = history::loadBundle(path.string());
        if (!expect.is_object() || !capture)
            throw std::runtime_error(path.string() + " can't be read");
        const Truth truth { strings(expect.value("verdict", nlohmann::json())), strings(expect.value("variant", nlohmann::json())),
            strings(expect.value("cause", nlohmann::json())) };
        const std::string name = path.stem().string();
        whole.add(name, truth, run::conclude(*capture, **catalogue).diagnosis);
        std::mt19937 random(static_cast<unsigned>(std::accumulate(name.begin(), name.end(), 0U, [](unsigned sum, char c) { return sum * 31 + static_cast<unsigned char>(c); })));
        for (int i = 0; i < variations; ++i)
            partial.add(name, truth, run::conclude(withLosses(*capture, random), **catalogue).diagnosis);
    }
    std::printf("%zu captures of the lab, all checks\n", captures.size());
    print(whole, limit);
    std::printf("\nthe same, %d times each, with every check lost at a chance of %.0f %%\n", variations, lossRate * 100);
    return print(partial, limit) ? 0 : 1;
}
}

int main(int count, char** arguments)
{
    try {
        const double limit = count > 3 && std::string(arguments[2]) == "--limit" ? std::strtod(arguments[3], nullptr) : 1;
        if (count < 2)
            throw std::runtime_error("usage: calibration FOLDER [--limit L]");
        return measure(arguments[1], limit);
    } catch (const std::exception& error) {
        std::cerr << "calibration: " << error.what() << '\n';
        return 2;
    }
}
