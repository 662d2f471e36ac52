# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The Taxonomy page. `page.py` puts its parts together; every other module is one part."""

from __future__ import annotations

from ilab_desktop.pages.taxonomy.page import TaxonomyPage

__all__ = ["TaxonomyPage"]
