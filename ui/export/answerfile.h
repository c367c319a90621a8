#pragma once

#include "core/base/result.h"
#include "core/model/diagnosis.h"
#include "ui/dialogs/dialogs.h"
#include "ui/export/picture.h"

#include <QString>

namespace hopscope::ui {

/// Every kind of file that an answer is exported to, for a file dialog.
QString answerFileFilter();

/// A picture (png, svg, pdf) or a report (html, md, json), by the path's ending. Any thread.
base::Result<void> writeAnswerFile(
    const model::Diagnosis& diagnosis, const ExportChoice& choice, const PictureOptions& options);

}
