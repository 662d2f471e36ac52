# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Run a GGUF model with llama.cpp: many sequences in one batch, scoring, chat."""
