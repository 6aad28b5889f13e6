"""Section 2: whatever a viewer shows becomes an avatar, and nothing of it but its pixels."""

import base64
import io
import json
import random
import struct

import pytest
from PIL import Image, ImageOps

import expect
from clients import Api
from pictures import (BLUE, RED, adam7, animation, behind_exif, chunk, halves, lying, png, read, with_segment, written,
                      ycck)

JPEG = written(halves(), "JPEG")
PNG = written(halves(), "PNG")
WEBP = written(halves(), "WEBP")
GIF = written(halves(), "GIF")
COMMENTED = with_segment(JPEG, 0xFE, b"a comment")
XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"
FILM = b"\0\0\0\x18ftypmp42" + b"\0" * 500
SAMSUNG = b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1700000000000SEFH" + b"\0" * 20 + b"SEFT"


def each(name, /, **values):
    """A test for each of the values, under its name: bytes are none."""
    return pytest.mark.parametrize(name, list(values.values()), ids=list(values))


@pytest.fixture(scope="module")
def user(api):
    return api.register()


def put(api, user, file):
    avatar = file if isinstance(file, str) else base64.b64encode(file).decode()
    return api.put("/users/me", user=user, json={"avatar": avatar})


def shown(api, user, file):
    """The picture that others see, and its type."""
    answer = put(api, user, file)
    assert answer.status_code == 200, answer.text
    picture = api.get(answer.json()["avatar_url"])
    assert picture.status_code == 200
    return read(picture.content), picture.headers["content-type"]


def refused(api, user, file):
    expect.problem(put(api, user, file), 422, "bad_image", "avatar")


def is_near(pixel, colour, by=25):
    return all(abs(have - want) <= by for have, want in zip(pixel, colour, strict=False)) and pixel[3] == 255


def is_halves(picture, by=25):
    """Whether it is red above and blue below."""
    middle = picture.width // 2
    return (is_near(picture.getpixel((middle, picture.height // 8)), RED, by) and
            is_near(picture.getpixel((middle, picture.height * 7 // 8)), BLUE, by))


# -- bytes beside the picture ------------------------------------------------------------


@each("tail", zero=b"\0", line_end=b"\r\n", film=FILM, samsung=SAMSUNG, picture=JPEG, archive=b"PK\x05\x06")
@pytest.mark.parametrize(("file", "kind"), [(JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp"),
                                            (GIF, "image/png")], ids=["jpeg", "png", "webp", "gif"])
def test_bytes_behind_a_picture_are_left_out(api, user, file, kind, tail):
    picture, content_type = shown(api, user, file + tail)
    assert picture.size == (64, 48) and is_halves(picture) and content_type == kind


@each("file", stray_behind_a_segment=COMMENTED[:15] + b"\0\0\0" + COMMENTED[15:],
      stray_before_the_end=JPEG[:-2] + b"\0\0\0" + JPEG[-2:], fill_bytes=JPEG[:-2] + b"\xff\xff\xff" + JPEG[-2:],
      profile_of_jpeg=written(halves(), "JPEG", icc_profile=b"no profile" * 20),
      profile_of_png=written(halves(), "PNG", icc_profile=b"no profile" * 20),
      chunks=png(64, 48, b"".join(b"\0" + bytes(RED if y < 24 else BLUE) * 64 for y in range(48)),
                 before=chunk(b"iCCP", b"sRGB\0\0broken") + chunk(b"tEXt", b"no key") + chunk(b"prVt", b"x")))
def test_what_decoders_only_warn_of_is_no_fault(api, user, file):
    assert is_halves(shown(api, user, file)[0])


# -- kinds of pixels ---------------------------------------------------------------------


def test_inks_become_colours(api, user):
    inks = written(halves(mode="CMYK"), "JPEG", quality=95)
    picture, content_type = shown(api, user, inks)
    assert is_halves(picture) and content_type == "image/jpeg"
    file = ycck(inks)
    want, have = Image.open(io.BytesIO(file)).convert("RGB"), shown(api, user, file)[0]
    assert all(is_near(have.getpixel((32, y)), want.getpixel((32, y))) for y in (5, 43))


@each("file", palette=written(halves().quantize(4), "PNG"), alpha=written(halves(mode="RGBA"), "PNG"),
      progressive=written(halves(), "JPEG", progressive=True), subsampled=written(halves(), "JPEG", subsampling=2),
      lossless_webp=written(halves(mode="RGBA"), "WEBP", lossless=True), gif=GIF,
      gif_in_order=written(halves(), "GIF", interlace=0), interlaced_png=png(64, 48, adam7(halves()), interlaced=True),
      sixteen_bits=png(64, 48, b"".join(b"\0" + struct.pack(">HHH", *(v * 257 for v in (RED if y < 24 else BLUE))) * 64
                                        for y in range(48)), depth=16))
def test_every_kind_of_pixels_is_shown_as_it_is(api, user, file):
    picture = shown(api, user, file)[0]
    assert picture.size == (64, 48) and is_halves(picture)


@pytest.mark.parametrize("depth", [8, 16])
def test_grey_without_a_colour_space_is_shown_as_screens_do(api, user, depth):
    row = b"\0" + (b"\x80" if depth == 8 else b"\x80\x80") * 9
    assert is_near(shown(api, user, png(9, 5, row * 5, depth, kind=0))[0].getpixel((4, 2)), (128, 128, 128), 2)


def test_a_transparent_colour_stays_transparent(api, user):
    two = Image.new("P", (9, 9), 1)
    two.putpalette([200, 30, 30, 20, 20, 200])
    two.putpixel((0, 0), 0)
    for kind in ("PNG", "GIF"):
        picture = shown(api, user, written(two, kind, transparency=1))[0]
        assert is_near(picture.getpixel((0, 0)), RED) and picture.getpixel((4, 4))[3] == 0


# -- orientation and animation -----------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_lies_on_its_side_is_turned_upright(api, user, kind):
    # Its left side is what a viewer shows above: red has to be there.
    flat = halves((60, 120)).transpose(Image.Transpose.ROTATE_90)
    picture = shown(api, user, written(flat, kind, exif=lying()))[0]
    assert flat.size == (120, 60) and picture.size == (60, 120) and is_halves(picture)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_every_way_to_hold_a_camera_is_undone(api, user, orientation):
    corners = Image.new("RGB", (64, 48), (20, 160, 20))
    corners.paste(RED, (0, 0, 32, 24))
    corners.paste(BLUE, (32, 0, 64, 24))
    file = written(corners, "JPEG", quality=95, exif=lying(orientation))
    want, have = ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB"), shown(api, user, file)[0]
    assert have.size == want.size
    for place in ((5, 5), (have.width - 5, 5), (5, have.height - 5), (have.width - 5, have.height - 5)):
        assert is_near(have.getpixel(place), want.getpixel(place))


def test_xmp_behind_exif_does_not_lay_it_down_again(api, user):
    flat = halves((60, 120)).transpose(Image.Transpose.ROTATE_90)
    assert shown(api, user, behind_exif(written(flat, "JPEG", exif=lying()), XMP))[0].size == (60, 120)


@pytest.mark.parametrize("orientation", [0, 1, 9, 600])
def test_an_orientation_that_says_nothing_turns_nothing(api, user, orientation):
    picture = shown(api, user, written(halves(), "JPEG", exif=lying(orientation)))[0]
    assert picture.size == (64, 48) and is_halves(picture)


@pytest.mark.parametrize(("kind", "content_type"), [("GIF", "image/png"), ("WEBP", "image/webp"), ("PNG", "image/png")])
def test_the_first_frame_of_an_animation_is_taken(api, user, kind, content_type):
    picture, made = shown(api, user, animation(kind))
    assert picture.size == (64, 48) and is_near(picture.getpixel((30, 20)), RED) and made == content_type


# -- size --------------------------------------------------------------------------------


@pytest.mark.parametrize("progressive", [False, True])
def test_a_telephone_s_picture_is_made_small(api, user, progressive):
    picture = shown(api, user, written(halves((4624, 3468)), "JPEG", quality=20, progressive=progressive))[0]
    assert picture.size == (512, 384) and is_halves(picture)


@pytest.mark.parametrize(("kind", "options"), [
    ("PNG", {}), ("GIF", {}), ("WEBP", {"quality": 5, "method": 0}), ("WEBP", {"lossless": True, "method": 0})])
def test_a_side_of_any_format_may_be_long(api, user, kind, options):
    picture = shown(api, user, written(halves((5120, 640)), kind, **options))[0]
    assert picture.size == (512, 64) and is_halves(picture)


def test_a_picture_of_fifty_megapixels_is_made_small(api, user):
    picture = shown(api, user, written(halves((8160, 6144)), "JPEG", quality=5))[0]
    assert picture.width == 512 and picture.height in (385, 386) and is_halves(picture, 40)


@each("file", png=png(65535, 65535, b"\0" * 99, depth=1, kind=0), wide=png(70000, 9, b"\0" * 99, depth=1, kind=0),
      largest=png(2**31 - 1, 2**31 - 1, b""), gif=GIF[:6] + b"\xff\xff\xff\xff" + GIF[10:],
      webp=b"RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f\xfe\xbf\xff\x0f\0\0\0\0\0")
def test_a_picture_that_claims_too_much_is_refused(api, user, file):
    refused(api, user, file)


# -- what is no picture, or not all of one -----------------------------------------------


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
@each("file", jpeg=JPEG, png=PNG, webp=WEBP, gif=GIF, animation=animation("WEBP"),
      progressive=written(halves(), "JPEG", progressive=True), larger=written(halves((300, 300)), "JPEG"))
def test_half_a_picture_is_refused(api, user, file, share):
    half = file[:int(len(file) * share)]
    refused(api, user, half)
    if file[:2] == b"\xff\xd8":
        refused(api, user, half + b"\xff\xd9")


@each("file", heic=b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99,
      avif=b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + b"\0" * 99, bmp=written(halves(), "BMP"),
      tiff=written(halves(), "TIFF"), pdf=b"%PDF-1.4", svg=b"<svg xmlns='http://www.w3.org/2000/svg'/>")
def test_another_format_is_refused_with_the_names_of_those_that_are_taken(api, user, file):
    text = json.dumps(expect.problem(put(api, user, file), 422, "bad_image", "avatar"))
    assert all(word in text for word in ("JPEG", "PNG", "WebP", "GIF", "HEIC"))


# -- Base64 and data URLs ----------------------------------------------------------------

NOISE = written(Image.frombytes("RGB", (40, 40), random.Random(7).randbytes(4800)), "PNG")
NOISE += b"\0" * (1 + -len(NOISE) % 3)  # so that Base64 needs padding
PLAIN = base64.b64encode(NOISE).decode()
LINES = base64.encodebytes(NOISE).decode()
URL_SAFE = base64.urlsafe_b64encode(NOISE).decode()


@each("text", plain=PLAIN, lines=LINES, crlf=LINES.replace("\n", "\r\n"), line_end=PLAIN + "\n", space=" " + PLAIN,
      tabs="\t".join(PLAIN), unpadded=PLAIN.rstrip("="), url_safe=URL_SAFE, url_safe_unpadded=URL_SAFE.rstrip("="),
      url="data:image/png;base64," + PLAIN, capitals="DATA:IMAGE/PNG;BASE64," + PLAIN,
      space_in_url="data:image/png;base64, " + PLAIN, lines_in_url="data:image/png;base64,\n" + LINES,
      name="data:image/png;name=me.png;base64," + PLAIN, quoted='data:image/png;name="a,b.png";base64,' + PLAIN,
      charset="data:image/png;charset=utf-8;base64," + PLAIN, spaces="data:image/png; charset=utf-8 ; base64 ," + PLAIN,
      other_type="data:image/x-png;base64," + PLAIN, wrong_type="data:image/jpeg;base64," + PLAIN,
      no_known_type="data:application/octet-stream;base64," + PLAIN, no_type="data:;base64," + PLAIN,
      space_around_url=" data:image/png;base64," + PLAIN + "\n", url_safe_url="data:image/png;base64," + URL_SAFE,
      escapes="data:image/png;base64," + PLAIN.replace("+", "%2B").replace("/", "%2f").replace("=", "%3D"))
def test_base64_is_read_as_programs_write_it(api, user, text):
    assert put(api, user, text).status_code == 200


@each("text", sign="!" + PLAIN, star=PLAIN[:-3] + "*", padding_first="=" + PLAIN, too_much=PLAIN + "===",
      sign_in_url="data:image/png;base64," + PLAIN + "!", letter=PLAIN + "\u00e9", no_base64="data:image/png," + PLAIN,
      no_comma="data:image/png;base64" + PLAIN, text="data:text/html;base64," + PLAIN,
      no_mark="data:imagebase64," + PLAIN, escape="data:image/png;base64,%2" + PLAIN, web="https://example.org/me.png",
      blob="blob:null/1")
def test_what_is_no_base64_of_a_picture_is_refused(api, user, text):
    refused(api, user, text)


def test_pictures_lie_where_the_settings_say(start_server, tmp_path):
    elsewhere = tmp_path / "another disk"
    one = start_server({"files.dir": str(elsewhere)})
    with Api(one) as api:
        url = put(api, api.register(), PNG).json()["avatar_url"]
        assert api.get(url).status_code == 200
    assert (elsewhere / url.lstrip("/")).is_file() and (elsewhere / "videos").is_dir()
    assert not (one.data_dir / "avatars").exists()
