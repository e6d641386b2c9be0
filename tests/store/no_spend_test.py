# SPDX-License-Identifier: Apache-2.0
"""No provider call compiles without a Spend, and no Spend comes from anywhere but a draw.

no_spend_test.py COMPILER INCLUDE_ROOT"""
import os
import subprocess
import sys

compiler, root = sys.argv[1:3]

SOURCE = """
#include "libsmos/providers/capabilities/exec.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/ledger/spend.hpp"
#include <utility>

using namespace smos;

Result<std::string> keep(const providers::ExecAnswer&);

Result<void> call(store::Ledger& ledger,
                  const store::SpendRequest& wanted,
                  const providers::Binding& binding,
                  const records::Json& request,
                  const std::string& folder) {
    static_cast<void>(ledger);
    static_cast<void>(wanted);
    %s
    return {};
}
"""

DRAW = "SMOS_TRY(store::Spend spend, store::Spend::draw(ledger, wanted));\n"
OTHER = "SMOS_TRY(store::Spend other, store::Spend::draw(ledger, wanted));\n"
CALL = "SMOS_TRY(const auto answer, providers::run_exec(binding, request, spend, folder, keep));\n" \
       "static_cast<void>(answer);\n"

# What it would be, the words of the compiler that tell that it failed for this, and the text.
WITHOUT = [
    ("a call without a Spend", ("Spend&", "too few arguments"), CALL.replace("spend, ", "")),
    ("a call with the reservation's name for one", ("Spend&", "Spend &'", "type 'store::Spend'"), CALL.replace("spend, ", "wanted.reservation_id, ")),
    ("a call with nothing for one", ("Spend&", "Spend &'", "type 'store::Spend'"), CALL.replace("spend, ", "{}, ")),
    ("a call with the outcome of a draw, which may be a refusal", ("Spend&", "type 'store::Spend'"),
     "auto spend = store::Spend::draw(ledger, wanted);\n" + CALL),
    ("a call with one that nobody keeps", ("Spend&", "type 'store::Spend'"),
     CALL.replace("spend, ", "*store::Spend::draw(ledger, wanted), ")),
    ("a Spend from nothing", ("Spend()", "no matching constructor"), "store::Spend spend;\n" + CALL),
    ("a Spend from a ledger", ("private",), 'store::Spend spend{ledger, "id"};\n' + CALL),
    ("a copied Spend", ("deleted",), DRAW + "store::Spend again = spend;\n" + CALL),
    ("a Spend that takes another's place", ("deleted",), DRAW + OTHER + "spend = std::move(other);\n" + CALL),
]


def compiles(body):
    done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-x", "c++", "-I", root, "-"],
                          input=SOURCE % body, capture_output=True, text=True,
                          env=dict(os.environ, LC_ALL="C"))
    return done.returncode == 0, done.stderr


good, said = compiles(DRAW + CALL)
assert good, "the control has to compile:\n" + said
for what, reasons, body in WITHOUT:
    good, said = compiles(body)
    assert not good, what + " compiles"
    assert any("error: " in line and reason in line for line in said.splitlines() for reason in reasons), (what, said)
    print("ok", what, flush=True)
