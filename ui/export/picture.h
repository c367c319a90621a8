#pragma once

#include "core/base/result.h"
#include "core/model/diagnosis.h"
#include "ui/theme/theme.h"

#include <QByteArray>
#include <QImage>
#include <QString>

#include <string>

namespace hopscope::ui {

enum class PictureFormat { Png, Svg, Pdf };

struct PictureOptions {
    Theme theme = Theme::light();
    double pixelRatio = 2; ///< of a PNG
};

/// An incident on one page: headline, chain, failing hop, cause, first step, time and legend. Needs a
/// QApplication (with the offscreen platform where there is no display), and its thread.
base::Result<void> exportPicture(const model::Diagnosis& diagnosis, const QString& path, PictureFormat format,
    const PictureOptions& options = {});
QImage pictureImage(const model::Diagnosis& diagnosis, const PictureOptions& options = {});
QByteArray pictureSvg(const model::Diagnosis& diagnosis, const PictureOptions& options = {});

/// The chain alone, as an SVG to stand in an HTML page.
std::string graphSvg(const model::Diagnosis& diagnosis, const PictureOptions& options = {});

}
