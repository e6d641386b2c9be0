// SPDX-License-Identifier: Apache-2.0
// .cube files: what is read, and hostile ones refused with the line that is wrong.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/picture/cube_lut.hpp"

#include <cstdio>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

std::string identity(int size) {
    std::string text = "LUT_3D_SIZE " + std::to_string(size) + "\n";
    char line[64];
    for (int i = 0; i < size * size * size; ++i) {
        const double top = size - 1;
        std::snprintf(line,
                      sizeof line,
                      "%.6f %.6f %.6f\n",
                      i % size / top,
                      i / size % size / top,
                      i / size / size / top);
        text += line;
    }
    return text;
}

Error refused(const std::string& text) {
    const auto values = parse_cube(text, "look.cube");
    REQUIRE_FALSE(values);
    CHECK(values.error().code == "bad_cube");
    return values.error();
}

} // namespace

TEST_CASE("a 3D table with everything that is allowed") {
    const std::string text =
        "\xef\xbb\xbfTITLE \"A \\\"look\\\" ../../x $(cmd)\"\r\n# a comment\r\n\r\n"
        "DOMAIN_MIN -0.5 0 0\r\nDOMAIN_MAX 1 2 +1.5\r\nLUT_3D_SIZE 2\r\n"
        "0 0 0\r\n1 0 0\r\n0 1e0 0\r\n1 1 0\r\n0 0 1\r\n1\t0  1\r\n"
        "  0 1 1\r\n# late\r\n1.5 1 -.25";
    const auto values = parse_cube(text, "look.cube");
    REQUIRE(values);
    CHECK(values->three_d);
    CHECK(values->size == 2);
    CHECK(values->domain_min[0] == -0.5);
    CHECK(values->domain_max[2] == 1.5);
    REQUIRE(values->entries.size() == 24);
    CHECK(values->entries[7] == 1.0F);
    CHECK(values->entries[21] == 1.5F);
    CHECK(values->entries[23] == -0.25F);
    CHECK(kernels::lut_table(*values));
}

TEST_CASE("a 1D table with an input range") {
    const auto values =
        parse_cube("LUT_1D_SIZE 3\nLUT_1D_INPUT_RANGE 0.0 2.0\n0 0 0\n.2 .3 .4\n1 1 1\n", "a");
    REQUIRE(values);
    CHECK_FALSE(values->three_d);
    CHECK(values->size == 3);
    CHECK(values->domain_max[1] == 2.0);
    const auto table = kernels::lut_table(*values);
    REQUIRE(table);
    CHECK(table->curves.size() == 3 * kernels::grade_steps + kernels::grade_spare);
}

TEST_CASE("the largest sizes, and one more") {
    CHECK(parse_cube(identity(65), "a"));
    CHECK(refused("LUT_3D_SIZE 66\n").where == "look.cube:1");
    CHECK(refused("LUT_1D_SIZE 65537\n").message.find("2 to 65536") != std::string::npos);
    refused("LUT_3D_SIZE 1\n0 0 0\n");
    refused("LUT_3D_SIZE 99999999999999999999\n");
    refused("LUT_3D_SIZE -2\n");
    refused("LUT_3D_SIZE 2.5\n");
    refused("LUT_3D_SIZE\n");
}

TEST_CASE("what is wrong is named with its line") {
    const std::string good = identity(2);
    CHECK(refused("").message.find("without") != std::string::npos);
    CHECK(refused("0 0 0\n").where == "look.cube:1");
    CHECK(refused(good + "0 0 0\n").where == "look.cube:10");
    CHECK(refused(good.substr(0, good.size() - 27)).message == "it ends after 7 of 8 entries");
    CHECK(refused(good + "DOMAIN_MIN 0 0 0\n").message == "'DOMAIN_MIN' among the entries");
    CHECK(refused("LUT_3D_SIZE 2\nLUT_3D_SIZE 2\n").where == "look.cube:2");
    CHECK(refused("LUT_3D_SIZE 2\nLUT_1D_SIZE 2\n").message.find("both") != std::string::npos);
    CHECK(refused("\n\nGAMUT 3\n").where == "look.cube:3");
    CHECK(refused("LUT_3D_SIZE 2\n0 0\n").message == "three numbers were expected");
    CHECK(refused("LUT_3D_SIZE 2\n0 0 0 0\n").where == "look.cube:2");
    CHECK(refused("LUT_3D_SIZE 2\n0 0 0x1\n").message == "'0x1' is no number");
    CHECK(refused("LUT_3D_SIZE 2\n0 0 1e999\n").message == "'1e999' is no number");
    CHECK(refused("LUT_3D_SIZE 2\n0 0 -inf\n").message == "'-inf' is no number");
    CHECK(refused("LUT_3D_SIZE 2\n0 0 1e7\n").message == "'1e7' is out of range");
    CHECK(refused("LUT_3D_SIZE 2\n0 +- 0\n").message == "'+-' is no number");
    CHECK(refused("DOMAIN_MIN 0 0 nan\n").message == "'nan' is no number");
    CHECK(refused("DOMAIN_MAX 0 1 1\n" + good).message == "DOMAIN_MAX is not above DOMAIN_MIN");
    CHECK(refused("DOMAIN_MAX 1 1 101\n" + good).where == "look.cube:1");
}

TEST_CASE("bytes that are no text stay out of the message") {
    const std::string bytes = std::string("\x1b]0;x\a\0\xff", 7) + "\n";
    const Error error = refused(bytes);
    CHECK(error.message.find('\x1b') == std::string::npos);
    CHECK(error.message.find('\0') == std::string::npos);
    CHECK(refused(std::string(2000, 'A')).message.find("longer than") != std::string::npos);
    CHECK(refused(std::string(900, 'A')).message.size() < 100);
}

TEST_CASE("a file becomes a table that leaves grey levels where they were") {
    const ScratchDirectory scratch;
    std::ofstream(scratch / "a.cube") << identity(17);
    const auto table = load_cube(scratch / "a.cube");
    REQUIRE(table);
    CHECK(table->size == 17);
    std::vector<std::uint8_t> y, u(110, 128), v(110, 128);
    for (int i = 0; i < 220; ++i)
        y.push_back(static_cast<std::uint8_t>(16 + i));
    const std::vector<std::uint8_t> before = y;
    kernels::Grade job;
    job.out = {{y.data(), 220, 1, 220}, {u.data(), 110, 1, 110}, {v.data(), 110, 1, 110}};
    job.lut = &*table;
    CHECK(run_rows(job, {0, 1}) == kernels::Outcome::done);
    CHECK(y == before);
    CHECK(u == std::vector<std::uint8_t>(110, 128));
    CHECK(load_cube(scratch / "b.cube").error().code == "cannot_read");
}
