#pragma once

#include "core/base/result.h"
#include "core/model/diagnosis.h"
#include "ui/theme/theme.h"

#include <QByteArray>
#include <QFont>
#include <QImage>
#include <QString>

#include <string>

namespace hopscope::ui {

enum class PictureFormat { Png, Svg, Pdf };

/// The window's font at a size of its own: pictures look the same whatever the desktop's font size is. On the
/// window's thread.
QFont pictureFont();

/// To be made on the window's thread; the rest may be called on any.
struct PictureOptions {
    Theme theme = Theme::light();
    double pixelRatio = 2; ///< of a PNG
    QFont font = pictureFont();
};

/// An incident on one page: headline, chain, failing hop, cause, first step, time and legend. Needs a
/// QApplication (with the offscreen platform where there is no display).
base::Result<void> exportPicture(const model::Diagnosis& diagnosis, const QString& path, PictureFormat format,
    const PictureOptions& options = {});
QImage pictureImage(const model::Diagnosis& diagnosis, const PictureOptions& options = {});
QByteArray pictureSvg(const model::Diagnosis& diagnosis, const PictureOptions& options = {});

/// The chain alone, as an SVG to stand in an HTML page.
std::string graphSvg(const model::Diagnosis& diagnosis, const PictureOptions& options = {});

}
