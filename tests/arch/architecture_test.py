"""The architecture test's own rules: each must fire where it should."""

import unittest

from architecture import checkIncludes


class Includes(unittest.TestCase):
    def fires(self, path, line, words):
        problems = checkIncludes(path, line + "\n")
        self.assertTrue(problems and words in problems[0], problems)

    def silent(self, path, line):
        self.assertEqual(checkIncludes(path, line + "\n"), [])

    def test_a_lower_module_may_not_include_a_higher(self):
        self.fires("core/model/x.h", '#include "core/run/run.h"', "model may not include")

    def test_modules_of_one_group_do_not_see_each_other(self):
        self.fires("core/discovery/x.cpp", '#include "core/faults/catalogue.h"', "discovery may not include")

    def test_a_higher_module_may_include_a_lower_and_itself(self):
        self.silent("core/run/x.cpp", '#include "core/ssh/sshhost.h"')
        self.silent("core/parse/x.cpp", '#include "core/parse/facts.h"')
        self.silent("app/x.cpp", '#include "ui/mainwindow/mainwindow.h"')

    def test_the_window_does_not_parse(self):
        self.fires("ui/panels/x.cpp", '#include "core/parse/facts.h"', "ui may not include")

    def test_only_ssh_includes_libssh(self):
        self.fires("core/run/x.cpp", "#include <libssh/libssh.h>", "one wrapper")
        self.silent("core/ssh/session.cpp", "#include <libssh/libssh.h>")

    def test_core_has_no_window(self):
        self.fires("core/report/x.cpp", "#include <QtGui/QImage>", "no window")
        self.fires("core/report/x.cpp", "  #  include <QApplication>", "no window")
        self.silent("core/report/x.cpp", "#include <QJsonObject>")

    def test_core_does_not_reach_up_by_dots(self):
        self.fires("core/run/x.cpp", '#include "../exec/x.h"', "from the top")

    def test_core_does_not_include_tests(self):
        self.fires("core/run/x.cpp", '#include "tests/support/x.h"', "without tests")


unittest.main()
