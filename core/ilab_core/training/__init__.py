# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""From samples to a LoRA adapter on a GGUF base."""
