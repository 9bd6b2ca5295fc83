"""Addresses of finding people and notes, of a new file, and of two files made into one."""

from django.urls import URLPattern, path

from clinic import merge_page, merge_undo_page, register_page, search_page


def urls() -> list[URLPattern]:
    """New ones each time, as the site wraps them."""
    return [
        path("search/", search_page.search, name="search"),
        path("register/", register_page.register, name="register"),
        path("patients/<uuid:pk>/merge/", merge_page.merge, name="merge"),
        path("merges/<uuid:pk>/undo/", merge_undo_page.undo, name="merge_undo"),
    ]
