#include "ui/export/answerfile.h"

#include "core/report/json.h"
#include "core/report/redact.h"
#include "core/report/texts.h"
#include "ui/export/picture.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

base::Result<void> writeText(const std::string& text, const QString& path)
{
    QSaveFile file(path);
    const auto size = static_cast<qint64>(text.size());
    if (file.open(QIODevice::WriteOnly) && file.write(text.data(), size) == size && file.commit())
        return {};
    return base::failure({ base::ErrorCode::InputOutput, "write report", path.toStdString(),
        file.errorString().toStdString(), {} });
}

}

QString answerFileFilter()
{
    return QCoreApplication::translate("Export",
        "Picture (*.png);;Vector picture (*.svg);;PDF (*.pdf);;Web page (*.html);;Markdown (*.md);;JSON "
        "(*.json)");
}

base::Result<void> writeAnswerFile(
    const model::Diagnosis& diagnosis, const ExportChoice& choice, const PictureOptions& options)
{
    const model::Diagnosis shown
        = choice.redaction == Redaction::Masked ? report::redacted(diagnosis) : diagnosis;
    const QString kind = QFileInfo(choice.path).suffix().toLower();
    // Paper is white.
    PictureOptions paper(options);
    paper.theme = Theme::light();
    if (kind == "png"_L1)
        return exportPicture(shown, choice.path, PictureFormat::Png, options);
    if (kind == "svg"_L1)
        return exportPicture(shown, choice.path, PictureFormat::Svg, options);
    if (kind == "pdf"_L1)
        return exportPicture(shown, choice.path, PictureFormat::Pdf, paper);
    if (kind == "html"_L1 || kind == "htm"_L1)
        return writeText(report::htmlPage(shown, graphSvg(shown, paper)), choice.path);
    if (kind == "md"_L1 || kind == "markdown"_L1)
        return writeText(report::markdownText(shown), choice.path);
    if (kind == "json"_L1)
        return writeText(report::diagnosisJson(shown, report::JsonLayout::Indented), choice.path);
    return base::failure({ base::ErrorCode::InvalidArgument, "export", choice.path.toStdString(),
        "the name must end in .png, .svg, .pdf, .html, .md or .json", {} });
}

}
