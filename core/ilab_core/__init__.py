# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The engine of InstructLab Desktop, free of Qt: taxonomy, generation, training, chat and their jobs."""

__version__ = "0.1.0"
