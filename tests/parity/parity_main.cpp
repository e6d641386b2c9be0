// SPDX-License-Identifier: Apache-2.0
// Holds the CPU and CUDA twins equal to each other, to real arithmetic and to stored hashes.
#include "measure.hpp"
#include "twins.hpp"

#include <cstdio>
#include <string>

namespace {

int test(bool write_hashes) {
    smos::parity::Report report(write_hashes);
    smos::parity::test_device(report);
    smos::parity::test_mixes(report);
    smos::parity::test_blends(report);
    smos::parity::test_places(report);
    smos::parity::test_warps(report);
    smos::parity::test_shrinks(report);
    smos::parity::test_maps(report);
    smos::parity::test_faces(report);
    smos::parity::test_pictures(report);
    smos::parity::test_layers(report);
    smos::parity::test_grades(report);
    smos::parity::test_blurs(report);
    smos::parity::test_effects(report);
    smos::parity::test_transitions(report);
    smos::parity::test_units(report);
    smos::parity::test_ycc(report);
    report.settle_hashes(write_hashes);
    return report.finish();
}

} // namespace

int main(int argc, char** argv) {
    const std::string mode = argc == 2 ? argv[1] : "";
    if (mode == "test" || mode == "hashes") {
        return test(mode == "hashes");
    }
    if (mode == "perf") {
        const int status = smos::parity::measure();
        smos::parity::measure_looks("cpu");
        return status;
    }
    if (mode == "looks") {
        smos::parity::on_each_unit(
            [](const std::string& unit) { smos::parity::measure_looks(("cpu " + unit).c_str()); });
        return 0;
    }
    if (mode == "short15") {
        smos::parity::on_each_unit([](const std::string& unit) {
            smos::parity::measure_short15(("cpu " + unit).c_str());
        });
        return 0;
    }
    std::fprintf(stderr,
                 "usage: parity test|perf|looks|short15|hashes\n"
                 "  test    every operation against a reference, its twin and its stored hash\n"
                 "  perf    GB/s of every operation beside a copy\n"
                 "  looks   milliseconds of every look with each vector unit\n"
                 "  short15 milliseconds of composing a frame of the film, kernels alone\n"
                 "  hashes  the table for tests/parity/stored_hashes.inc\n");
    return 64;
}
