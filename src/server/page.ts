export const PAGE = "<!doctype html>";
export const PAGE_HEADERS = {};
