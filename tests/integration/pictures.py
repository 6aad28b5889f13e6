"""Picture files as cameras, print shops and editors write them, made by Pillow and by hand."""

import io
import struct
import zlib

from PIL import Image

RED, BLUE = (200, 30, 30), (20, 20, 200)


def halves(size=(64, 48), mode="RGB"):
    """A picture whose upper half is red and whose lower half is blue."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (0, size[1] // 2, *size))
    return picture if mode == "RGB" else picture.convert(mode)


def written(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def read(file):
    """The picture in a file, as red, green, blue and alpha."""
    return Image.open(io.BytesIO(file)).convert("RGBA")


def lying(orientation=6):
    """EXIF of a camera that was held on its side: to be turned right by 90°."""
    out = Image.Exif()
    out[0x0112] = orientation
    return out.tobytes()


def animation(kind):
    """A red frame, then a blue one."""
    return written(Image.new("RGB", (64, 48), RED), kind, save_all=True, duration=100,
                   append_images=[Image.new("RGB", (64, 48), BLUE)])


def with_segment(jpeg, marker, payload, at=2):
    """A JPEG file with one segment more, in front of all others unless `at` says where."""
    return jpeg[:at] + struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload + jpeg[at:]


def behind_exif(jpeg, payload):
    """A JPEG file with an APP1 segment of `payload` behind the one of EXIF."""
    at = jpeg.index(b"\xff\xe1")
    return with_segment(jpeg, 0xE1, payload, at + 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0])


def ycck(jpeg):
    """A CMYK file of Pillow as Adobe's programs write it, with another colour transform: other colours."""
    at = jpeg.index(b"Adobe") + 11
    return jpeg[:at] + b"\x02" + jpeg[at + 1:]


def png(width, height, rows, depth=8, kind=2, interlaced=False, before=b"", tail=b""):
    """A PNG file of filtered rows; `before` are chunks in front of the pixels."""
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", zlib.compress(rows)) +
            chunk(b"IEND", b"") + tail)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def adam7(picture):
    """The rows of an RGB picture in the order of an interlaced PNG."""
    width, height = picture.size
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    return b"".join(b"\0" + bytes(value for x in range(left, width, right) for value in picture.getpixel((x, y)))
                    for left, top, right, down in passes for y in range(top, height, down) if left < width)
