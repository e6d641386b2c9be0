#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every source file is as clang-format 14 writes it.
set -euo pipefail
cd "$1"
mapfile -t files < <(git ls-files -co --exclude-standard 'libsmos/*' 'tools/*' 'tests/*' 'bench/*' |
  grep -E '\.(cpp|hpp|cu|cuh)$')
((${#files[@]} > 50)) || { echo "only ${#files[@]} files found"; exit 1; }
clang-format-14 --dry-run -Werror "${files[@]}"
echo "${#files[@]} files are formatted"
