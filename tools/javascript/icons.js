// Takes the place of the theme's scripts/fontawesome.js, which carries every icon there is (0.5 MB).
// tests/test_book.py checks that no icon of any page is missing from this list.
import { dom, library } from "@fortawesome/fontawesome-svg-core";
import {
  faAngleRight,
} from "@fortawesome/free-solid-svg-icons";

library.add(faAngleRight);
dom.watch();
