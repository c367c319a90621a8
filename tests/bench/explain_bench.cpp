// How fast `explain` reads logs, beside grep -E with the same patterns on the same bytes. The ratio is the last line.
//
// The log is like a busy server's on a bad day: mostly healthy access lines of several formats, some notices and
// application lines, and one line in twenty that reports a fault.

#include "core/faults/builtinfiles.h"
#include "core/faults/explain.h"

#include <benchmark/benchmark.h>
#include <re2/re2.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <sys/resource.h>

namespace {

using namespace hopscope;

std::string sampleLog(std::size_t size)
{
    static const char* const healthy[] = {
        R"_(203.0.113.%u - - [21/Nov/2026:09:30:%02u +0000] "GET /products/%u?page=2 HTTP/1.1" 200 5127 "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36")_",
        R"_({"level":"info","ts":1763717400.%u%02u,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"203.0.113.7","method":"GET","host":"shop.example","uri":"/p/%u"},"duration":0.0021,"size":5127,"status":200})_",
        R"_(Nov 21 09:30:00 edge haproxy[812]: 203.0.113.%u:51000 [21/Nov/2026:09:30:%02u.123] fe be/app1 0/0/1/20/21 200 2170 - - ---- 1/1/0/0/0 0/0 "GET /p/%u HTTP/1.1")_",
        R"_(2026-11-21T09:30:00.%u%02uZ  INFO 1 --- [nio-8080-exec-3] com.example.shop.OrderService : order %u stored)_",
        R"_(203.0.113.%u - - [21/Nov/2026:09:30:%02u +0000] "GET /static/app.%u.js HTTP/2.0" 304 0 "-" "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)")_",
    };
    static const char* const failing[] = {
        R"_(2026/11/21 09:30:00 [error] 812#812: *%u connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.%02u, server: shop, request: "GET /p/%u HTTP/1.1", upstream: "http://10.1.0.3:3000/", host: "shop")_",
        R"_(203.0.113.%u - - [21/Nov/2026:09:30:%02u +0000] "GET /products/%u HTTP/1.1" 502 157 "-" "Mozilla/5.0 (X11; Linux x86_64)")_",
    };
    std::string log;
    char line[1024];
    for (unsigned i = 0; log.size() < size; ++i) {
        const char* format = i % 20 == 19 ? failing[i / 20 % 2] : healthy[i % 5];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        std::snprintf(line, sizeof line, format, i % 250, i % 60, i);
#pragma GCC diagnostic pop
        log += line;
        log += '\n';
    }
    return log;
}

const std::string& log64()
{
    static const std::string log = sampleLog(64 << 20);
    return log;
}

void explainLog(benchmark::State& state, const std::string& log, faults::ExplainFormat format)
{
    const auto catalogue = faults::Catalogue::loadBuiltIn();
    if (!catalogue) {
        state.SkipWithError(catalogue.error().text().c_str());
        return;
    }
    for (auto _ : state) {
        std::size_t at = 0;
        const faults::ByteSource source = [&](char* buffer, std::size_t size) -> base::Result<std::size_t> {
            const std::size_t count = log.copy(buffer, size, at);
            at += count;
            return count;
        };
        const faults::ByteSink sink = [](std::string_view bytes) -> base::Result<void> {
            benchmark::DoNotOptimize(bytes.data());
            return {};
        };
        benchmark::DoNotOptimize(faults::explain(**catalogue, source, sink, format));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(log.size()));
}

void ExplainAsJson(benchmark::State& state) { explainLog(state, log64(), faults::ExplainFormat::Json); }
void ExplainAsText(benchmark::State& state) { explainLog(state, log64(), faults::ExplainFormat::Text); }
void ExplainHealthyLines(benchmark::State& state)
{
    static const std::string log = [] {
        std::string lines;
        while (lines.size() < (64 << 20))
            lines += "203.0.113.9 - - [21/Nov/2026:09:30:00 +0000] \"GET /a/b/c HTTP/1.1\" 200 5127 \"-\" \"Mozilla/5.0 "
                     "(X11; Linux x86_64)\"\n";
        return lines;
    }();
    explainLog(state, log, faults::ExplainFormat::Json);
}
void LoadCatalogue(benchmark::State& state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(faults::Catalogue::loadBuiltIn());
}

BENCHMARK(ExplainAsJson)->Unit(benchmark::kMillisecond);
BENCHMARK(ExplainAsText)->Unit(benchmark::kMillisecond);
BENCHMARK(ExplainHealthyLines)->Unit(benchmark::kMillisecond);
BENCHMARK(LoadCatalogue)->Unit(benchmark::kMillisecond);

/// RE2's syntax in grep's, as near as it goes; grep knows no lazy repetition and no flags.
std::string forGrep(std::string pattern)
{
    RE2::GlobalReplace(&pattern, R"(\(\?P<[A-Za-z]+>|\(\?i?:)", "(");
    RE2::GlobalReplace(&pattern, R"(\(\?i\))", "");
    RE2::GlobalReplace(&pattern, R"(\\d)", "[0-9]");
    RE2::GlobalReplace(&pattern, R"(([*+?}])\?)", R"(\1)");
    return pattern;
}

/// Processor time, of this process or of its children: what else the machine does changes nothing.
double processorSeconds(int who, const std::function<void()>& work)
{
    const auto used = [who] {
        rusage usage {};
        getrusage(who, &usage);
        return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    };
    const double before = used();
    work();
    return used() - before;
}

void printRatio()
{
    namespace fs = std::filesystem;
    faults::CatalogueData data;
    for (const faults::CatalogueFile& file : faults::builtInFiles()) {
        if (const auto result = faults::readCatalogueFile(file, data); !result)
            return;
    }
    const fs::path folder = fs::temp_directory_path() / ("hopscope-bench-" + std::to_string(std::random_device()()));
    fs::create_directory(folder);
    std::ofstream patterns(folder / "patterns");
    int count = 0;
    for (const faults::Entry& entry : data.entries) {
        for (const faults::Pattern& pattern : entry.patterns) {
            patterns << forGrep(pattern.regex) << '\n';
            ++count;
        }
    }
    patterns.close();
    const std::string& log = log64();
    const std::string sample = sampleLog(2 << 20);
    std::ofstream(folder / "log", std::ios::binary) << sample;
    const std::string command = "timeout 120 grep -E -c -f '" + (folder / "patterns").string() + "' '"
        + (folder / "log").string() + "' >/dev/null 2>&1";
    int status = 0;
    const double grep = processorSeconds(RUSAGE_CHILDREN, [&] { status = std::system(command.c_str()); });
    const auto catalogue = faults::Catalogue::loadBuiltIn();
    const double ours = processorSeconds(RUSAGE_SELF, [&] {
        std::size_t at = 0;
        const auto result = faults::explain(
            **catalogue,
            [&](char* buffer, std::size_t size) -> base::Result<std::size_t> {
                const std::size_t bytes = log.copy(buffer, size, at);
                at += bytes;
                return bytes;
            },
            [](std::string_view) -> base::Result<void> { return {}; }, faults::ExplainFormat::Json);
        benchmark::DoNotOptimize(result);
    });
    const double mib = 1 << 20;
    const double ourSpeed = static_cast<double>(log.size()) / ours / mib;
    const double grepSpeed = static_cast<double>(sample.size()) / grep / mib;
    std::printf("explain %.0f MiB/s of processor time, grep -E %s%.2f MiB/s with the same %d patterns (exit %d): ratio %.0f\n", ourSpeed,
        status == 0 ? "" : "at most ", grepSpeed, count, status >> 8, ourSpeed / grepSpeed);
    fs::remove_all(folder);
}

}

int main(int argc, char** argv)
{
    const bool isWhole = argc == 1; // with options, only what they ask for
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    if (isWhole)
        printRatio();
    return 0;
}
