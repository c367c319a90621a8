#include "core/parse/nginxconfig.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(NginxConfig, KeepsNameArgumentsAndLineOfEachDirective)
{
    const NginxFile file = parseNginxFile("a.conf", "worker_processes auto;\nhttp {\n\tserver {\n  listen 80 default_server;\n}\n}\n");
    ASSERT_THAT(file.directives, SizeIs(2));
    EXPECT_EQ(file.directives[0].name, "worker_processes");
    EXPECT_THAT(file.directives[0].arguments, ElementsAre("auto"));
    const NginxDirective& listen = file.directives[1].block.at(0).block.at(0);
    EXPECT_EQ(listen.line, 4);
    EXPECT_THAT(listen.arguments, ElementsAre("80", "default_server"));
    EXPECT_THAT(file.warnings, IsEmpty());
}

}
}
