#include "app/exports.h"

#include "app/writefile.h"
#include "core/report/json.h"
#include "core/report/redact.h"
#include "core/report/texts.h"
#include "ui/export/picture.h"

namespace hopscope::app {
namespace {

    bool writePicture(const Arguments& arguments, const model::Diagnosis& diagnosis, const char* option, ui::PictureFormat format)
    {
        if (!arguments.isSet(option))
            return true;
        const auto written = ui::exportPicture(diagnosis, QString::fromStdString(arguments.value(option)), format);
        if (!written)
            complain(written.error().text());
        return written.has_value();
    }

}

int writeDiagnosis(const Arguments& arguments, const model::Diagnosis& whole)
{
    const model::Diagnosis diagnosis = arguments.isSet("redact") ? report::redacted(whole) : whole;
    const std::string json = arguments.value("json");
    bool isWritten = json.empty() || writeOutput(json, report::diagnosisJson(diagnosis, report::JsonLayout::Indented));
    if (json != "-")
        isWritten = print(report::humanText(diagnosis)) && isWritten;
    isWritten = writePicture(arguments, diagnosis, "png", ui::PictureFormat::Png) && isWritten;
    isWritten = writePicture(arguments, diagnosis, "svg", ui::PictureFormat::Svg) && isWritten;
    isWritten = writePicture(arguments, diagnosis, "pdf", ui::PictureFormat::Pdf) && isWritten;
    if (arguments.isSet("html"))
        isWritten = writeOutput(arguments.value("html"), report::htmlPage(diagnosis, ui::graphSvg(diagnosis))) && isWritten;
    if (arguments.isSet("markdown"))
        isWritten = writeOutput(arguments.value("markdown"), report::markdownText(diagnosis)) && isWritten;
    return isWritten ? exitCode(diagnosis.verdict) : exitcode::usage;
}

}
